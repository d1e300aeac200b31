-- The suggestion at the cursor as an item of a completion menu, for blink.cmp and nvim-cmp.

local client_of = require('infill_ls.client')
local suggest = require('infill_ls.suggest')
local text = require('infill_ls.text')

local M = {}

---Characters after which menus that ask by themselves ask for it, too.
M.TRIGGERS = { '.', ':', '(' }

local LONGEST_LABEL = 40
local KIND_TEXT, PLAIN_TEXT, AS_IS = 1, 1, 1

---@param line string
---@return string
local function shortened(line)
  if vim.fn.strchars(line) <= LONGEST_LABEL then
    return line
  end
  return vim.fn.strcharpart(line, 0, LONGEST_LABEL - 1) .. '…'
end

---@param shown string
---@param filetype string
---@return lsp.MarkupContent
local function fenced(shown, filetype)
  local fence = '```'
  while shown:find(fence, 1, true) do
    fence = fence .. '`'
  end
  return { kind = 'markdown', value = ('%s%s\n%s\n%s'):format(fence, filetype, shown, fence) }
end

---Menus keep what begins with the word before the cursor, so the item replaces that word by itself and the rest.
---@param bufnr integer
---@param encoding string of the item's positions
---@return lsp.CompletionItem?
local function at_cursor(bufnr, encoding)
  local suggestion = suggest.at_cursor(bufnr)
  if not suggestion then
    return nil
  end
  local row, col, line = suggest.cursor(bufnr)
  local word = vim.fn.matchstr(line:sub(1, col), [[\k*$]])
  local whole = word .. suggestion.text
  local first, rest = vim.trim(whole):match('^([^\n]*)(.*)$')
  local function position(byte)
    return { line = row, character = text.units(line, byte, encoding) }
  end
  return {
    label = shortened(first) .. (rest ~= '' and ' …' or ''),
    labelDetails = { description = 'infill-ls' },
    kind = KIND_TEXT,
    documentation = fenced(whole, vim.bo[bufnr].filetype),
    filterText = word ~= '' and first or vim.trim(whole),
    insertTextFormat = PLAIN_TEXT,
    insertTextMode = AS_IS,
    textEdit = {
      newText = whole,
      range = { start = position(col - #word), ['end'] = position(col + suggestion.replaces) },
    },
    command = suggestion.command,
  }
end

---Call `done` with the item for this place, if there is one, as soon as that is known.
---@param bufnr integer shown in the current window
---@param encoding string
---@param done fun(items: lsp.CompletionItem[])
function M.get(bufnr, encoding, done)
  suggest.know(bufnr, function()
    local here = vim.api.nvim_get_current_buf() == bufnr
    done(here and { at_cursor(bufnr, encoding) } or {})
  end)
end

---Whether the server is attached to the buffer.
---@param bufnr integer
---@return boolean
function M.is_available(bufnr)
  return client_of.of(bufnr) ~= nil
end

---The item was taken.
---@param item lsp.CompletionItem
function M.taken(item)
  local client = client_of.of()
  if client and item.command then
    client_of.execute(client, item.command.command, item.command.arguments or {})
  end
end

return M
