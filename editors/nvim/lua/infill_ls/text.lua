-- What is taken of a suggestion, and how it fits to what follows the cursor: functions of strings, nothing else.

local M = {}

-- White space, then a word or a run of other characters.
local WORD = [[^\_s*\%(\k\+\|\%(\k\@!\S\)\+\)]]

---The beginning of a suggestion that one key takes.
---@param text string
---@param unit 'all'|'word'|'line'
---@return string
function M.take(text, unit)
  if unit == 'line' then
    return text:match('^\n?[^\n]*')
  elseif unit == 'word' then
    local word = vim.fn.matchstr(text, WORD)
    return word ~= '' and word or text
  end
  return text
end

---A line of a suggestion, cut where it restates what follows the cursor, so that only what is new is shown.
---@param line string
---@param after string what the line replaces
---@return { at: integer, text: string }[]? pieces with the bytes of `after` before which they stand; nil where it
---does not restate all of it
function M.pieces(line, after)
  local pieces, from = {}, 1
  for index = 1, #after do
    local character = after:sub(index, index)
    if not character:match('[ \t]') then
      local found = line:find(character, from, true)
      if not found then
        return nil
      end
      if found > from then
        table.insert(pieces, { at = index - 1, text = line:sub(from, found - 1) })
      end
      from = found + 1
    end
  end
  if from <= #line then
    table.insert(pieces, { at = #after, text = line:sub(from) })
  end
  return pieces
end

---A byte of a line as a position of the protocol. Neovim 0.10's own function gives the line's end wherever the byte's
---number is larger than the line's length in UTF-16.
---@param line string
---@param byte integer at the start of a character
---@param encoding string `utf-8`, `utf-16` or `utf-32`
---@return integer
function M.units(line, byte, encoding)
  local before = line:sub(1, byte)
  if encoding == 'utf-8' then
    return #before
  end
  return encoding == 'utf-16' and vim.fn.strutf16len(before, 1) or vim.fn.strchars(before)
end

---The byte of a line at which a position of the protocol stands; the line's end where it lies behind it.
---@param line string
---@param character integer in the encoding's units
---@param encoding string `utf-8`, `utf-16` or `utf-32`
---@return integer
function M.byte(line, character, encoding)
  if encoding == 'utf-8' then
    return math.min(character, #line)
  end
  local byte = vim.fn.byteidxcomp(line, character, encoding == 'utf-16')
  return byte < 0 and #line or byte
end

---For each byte that a suggestion replaces, how many bytes of its text come from where it says that one again. The
---server gives the places with the item's command.
---@param suggested string
---@param replaced string
---@param command? lsp.Command
---@param encoding string of the places
---@return integer[]
function M.behind(suggested, replaced, command, encoding)
  local places, behind = command and command.arguments and command.arguments[2], {}
  for byte = 1, type(places) == 'table' and #replaced or 0 do
    local start = byte + vim.str_utf_start(replaced, byte)
    local place = places[M.units(replaced, start - 1, encoding) + 1] 
    table.insert(behind, place and #suggested - M.byte(suggested, place, encoding) or 0)
  end
  return behind
end

return M
