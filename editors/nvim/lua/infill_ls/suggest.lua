-- Suggestions for the place of the cursor, by buffer: asks the server for them once, whoever wants them, and knows what
-- is left of them when some of it has been typed.

local client_of = require('infill_ls.client')
local text = require('infill_ls.text')

local M = {}

M.INVOKED, M.AUTOMATIC = 1, 2

---@class infill_ls.Candidate: infill_ls.Suggestion
---@field before string the line up to `col`
---@field after string the line from `col` on

---@class infill_ls.Place what is known of a buffer
---@field client? vim.lsp.Client that was asked
---@field request? integer that has not been answered
---@field asked? integer changedtick of the last question
---@field waiting fun()[] called once when it is answered, or is not asked any more
---@field candidates infill_ls.Candidate[]
---@field index integer of the candidate that is chosen

---@type table<integer, infill_ls.Place>
local places = {}
---@type table<integer, fun(bufnr: integer)> by buffer: called when a question was answered with candidates
local shows = {}

---@param bufnr integer
---@return infill_ls.Place
local function place_of(bufnr)
  places[bufnr] = places[bufnr] or { waiting = {}, candidates = {}, index = 1 }
  return places[bufnr]
end

---@param bufnr integer
---@return integer row from 0
---@return integer col
---@return string line
function M.cursor(bufnr)
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  return row - 1, col, vim.api.nvim_buf_get_lines(bufnr, row - 1, row, false)[1] or ''
end

---Whether the buffer's owner wants suggestions in it: `vim.b.infill_ls = false` switches them off.
---@param bufnr integer
---@return boolean
function M.wanted(bufnr)
  return vim.b[bufnr].infill_ls ~= false
end

---What is left of the chosen candidate where the cursor is now, if what was typed since is how it begins.
---@param bufnr integer shown in the current window
---@return infill_ls.Suggestion?
---@return integer count of the candidates
---@return integer index of this one
function M.at_cursor(bufnr)
  local place = place_of(bufnr)
  local candidate, count = place.candidates[place.index], #place.candidates
  local row, col, line = M.cursor(bufnr)
  if not candidate or row ~= candidate.row or col < candidate.col then
    return nil, count, place.index
  end
  local typed = line:sub(candidate.col + 1, col)
  local fits = line:sub(1, candidate.col) == candidate.before
    and line:sub(col + 1) == candidate.after
    and #typed < #candidate.text
    and vim.startswith(candidate.text, typed)
  if not fits then
    return nil, count, place.index
  end
  local left = vim.tbl_extend('force', candidate, { col = col, text = candidate.text:sub(#typed + 1) })
  return left, count, place.index
end

---Choose another candidate; whether there is another.
---@param bufnr integer
---@param count integer 1 for the next, -1 for the previous
---@return boolean
function M.choose(bufnr, count)
  local place = place_of(bufnr)
  if #place.candidates < 2 then
    return false
  end
  place.index = (place.index - 1 + count) % #place.candidates + 1
  return true
end

---@param place infill_ls.Place
local function answered(place)
  local waiting = place.waiting
  place.request, place.waiting = nil, {}
  for _, done in ipairs(waiting) do
    done()
  end
end

---Know nothing any more, and want no answer.
---@param bufnr integer
function M.forget(bufnr)
  local place = place_of(bufnr)
  if place.request and place.client then
    client_of.cancel(place.client, place.request)
    place.asked = nil
  end
  place.candidates, place.index = {}, 1
  answered(place)
end

---A part of the suggestion was put into the text: go on with what is left of it.
---@param bufnr integer
---@param rest infill_ls.Suggestion?
function M.keep(bufnr, rest)
  M.forget(bufnr)
  if rest then
    local _, col, line = M.cursor(bufnr)
    rest.before, rest.after = line:sub(1, col), line:sub(col + 1)
    place_of(bufnr).candidates = { rest }
  end
end

---@param result lsp.InlineCompletionList|lsp.InlineCompletionItem[]|nil
---@param row integer of the question
---@param col integer
---@param line string
---@param encoding string
---@return infill_ls.Candidate[]
local function read(result, row, col, line, encoding)
  local candidates = {}
  for _, item in ipairs(result and (result.items or result) or {}) do
    local finish = math.max(col, item.range and text.byte(line, item.range['end'].character, encoding) or col)
    table.insert(candidates, {
      row = row,
      col = col,
      text = item.insertText,
      replaces = finish - col,
      behind = text.behind(item.insertText, line:sub(col + 1, finish), item.command, encoding),
      command = item.command,
      before = line:sub(1, col),
      after = line:sub(col + 1),
    })
  end
  return candidates
end

---Ask for this place; whatever was asked before is forgotten.
---@param bufnr integer shown in the current window
---@param kind integer
---@param done? fun() called when it was answered, or is not asked any more
function M.ask(bufnr, kind, done)
  local place = place_of(bufnr)
  M.forget(bufnr)
  local client = client_of.of(bufnr)
  if not client or not M.wanted(bufnr) then
    if done then
      done()
    end
    return
  end
  place.client, place.asked = client, vim.api.nvim_buf_get_changedtick(bufnr)
  place.waiting = { done }
  local row, col, line = M.cursor(bufnr)
  local params = {
    textDocument = { uri = vim.uri_from_bufnr(bufnr) },
    position = { line = row, character = text.units(line, col, client.offset_encoding) },
    context = { triggerKind = kind },
  }
  local id
  id = client_of.request(client, 'textDocument/inlineCompletion', params, function(err, result)
    -- A late answer to what is no longer asked has an id of its own.
    if place.request ~= id then
      return
    end
    if not err and vim.api.nvim_get_current_buf() == bufnr then
      place.candidates, place.index = read(result, row, col, line, client.offset_encoding), 1
      if shows[bufnr] then
        shows[bufnr](bufnr)
      end
    end
    answered(place)
  end, bufnr)
  place.request = id
end

---Call `done` as soon as it is known what there is for this place; ask for it where nobody has.
---@param bufnr integer shown in the current window
---@param done fun()
function M.know(bufnr, done)
  local place = place_of(bufnr)
  if M.at_cursor(bufnr) then
    done()
  elseif not M.is_asked(bufnr) then
    M.ask(bufnr, M.AUTOMATIC, done)
  elseif place.request then
    table.insert(place.waiting, done)
  else
    done()
  end
end

---Whether this text was asked for already.
---@param bufnr integer
---@return boolean
function M.is_asked(bufnr)
  return place_of(bufnr).asked == vim.api.nvim_buf_get_changedtick(bufnr)
end

---Whether an answer is waited for.
---@param bufnr integer
---@return boolean
function M.is_waiting(bufnr)
  return place_of(bufnr).request ~= nil
end

---@param bufnr integer
---@param show fun(bufnr: integer) called when there are candidates
function M.shown_by(bufnr, show)
  shows[bufnr] = show
end

---The server is not attached to the buffer any more.
---@param bufnr integer
function M.drop(bufnr)
  M.forget(bufnr)
  places[bufnr], shows[bufnr] = nil, nil
end

return M
