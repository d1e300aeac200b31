-- Ghost text of the plugin's own: asks, shows what comes at the cursor, follows what is typed into it.
--
-- An answer is for one state of one line. While what is typed is how the suggestion goes on, it stays and nothing is
-- asked; anything else takes it away and, where text has changed, asks anew.

local client_of = require('infill_ls.client')
local insert = require('infill_ls.insert')
local popup = require('infill_ls.popup')
local text = require('infill_ls.text')

local M = {}

local INVOKED, AUTOMATIC = 1, 2
local namespace = vim.api.nvim_create_namespace('infill_ls')

---@class infill_ls.Candidate: infill_ls.Suggestion
---@field before string the line up to `col`
---@field after string the line from `col` on

---@class infill_ls.Ghost
---@field client vim.lsp.Client
---@field group integer
---@field request? integer that has not been answered
---@field asked? integer changedtick of the last question
---@field candidates infill_ls.Candidate[]
---@field index integer of the candidate that is shown

---@type table<integer, infill_ls.Ghost> by buffer
local ghosts = {}

---@param bufnr integer
---@return integer row from 0
---@return integer col
---@return string line
local function cursor(bufnr)
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  return row - 1, col, vim.api.nvim_buf_get_lines(bufnr, row - 1, row, false)[1] or ''
end

---@return boolean
local function inserting()
  return vim.startswith(vim.api.nvim_get_mode().mode, 'i')
end

---What is left of a candidate where the cursor is now, if what was typed since is how it begins.
---@param bufnr integer
---@param candidate infill_ls.Candidate?
---@return infill_ls.Suggestion?
local function remainder(bufnr, candidate)
  local row, col, line = cursor(bufnr)
  if not candidate or row ~= candidate.row or col < candidate.col then
    return nil
  end
  local typed = line:sub(candidate.col + 1, col)
  local fits = line:sub(1, candidate.col) == candidate.before
    and line:sub(col + 1) == candidate.after
    and #typed < #candidate.text
    and vim.startswith(candidate.text, typed)
  if not fits then
    return nil
  end
  local rest = candidate.text:sub(#typed + 1)
  return { row = row, col = col, text = rest, replaces = candidate.replaces, command = candidate.command }
end

---@param bufnr integer
---@param suggestion infill_ls.Suggestion
---@param note string shown behind it
local function draw(bufnr, suggestion, note)
  local lines = vim.split(suggestion.text, '\n', { plain = true })
  lines[#lines] = lines[#lines] .. note
  local first = table.remove(lines, 1)
  local below = vim.tbl_map(function(line)
    return { { line, 'InfillLsGhost' } }
  end, lines)
  local _, col, line = cursor(bufnr)
  local replaced = line:sub(col + 1, col + suggestion.replaces)
  local pieces = text.pieces(first, replaced)
  local mark = { virt_lines = #below > 0 and below or nil, hl_mode = 'combine' }
  if not pieces then
    -- What stands there comes later in the suggestion: its place is needed for the first line.
    local blank = math.max(0, vim.fn.strdisplaywidth(replaced) - vim.fn.strdisplaywidth(first))
    mark.virt_text = { { first .. (' '):rep(blank), 'InfillLsGhost' } }
    mark.virt_text_pos = 'overlay'
  end
  vim.api.nvim_buf_set_extmark(bufnr, namespace, suggestion.row, col, mark)
  for _, piece in ipairs(pieces or {}) do
    vim.api.nvim_buf_set_extmark(bufnr, namespace, suggestion.row, col + piece.at, {
      virt_text = { { piece.text, 'InfillLsGhost' } },
      virt_text_pos = 'inline',
      hl_mode = 'combine',
    })
  end
end

---@param bufnr integer
local function hide(bufnr)
  vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
end

---Show the candidate as far as it fits; whether it does.
---@param bufnr integer
---@return boolean
local function show(bufnr)
  hide(bufnr)
  local ghost = ghosts[bufnr]
  local suggestion = ghost and inserting() and remainder(bufnr, ghost.candidates[ghost.index])
  if not suggestion then
    return false
  end
  if not popup.visible() then
    local count = #ghost.candidates
    draw(bufnr, suggestion, count > 1 and (' (%d/%d)'):format(ghost.index, count) or '')
  end
  return true
end

---@param ghost infill_ls.Ghost
local function cancel(ghost)
  if ghost.request then
    client_of.cancel(ghost.client, ghost.request)
    ghost.request = nil
  end
end

---@param bufnr integer
local function forget(bufnr)
  local ghost = ghosts[bufnr]
  cancel(ghost)
  ghost.candidates, ghost.index = {}, 1
  hide(bufnr)
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
    local finish = item.range and text.byte(line, item.range['end'].character, encoding) or col
    table.insert(candidates, {
      row = row,
      col = col,
      text = item.insertText,
      replaces = math.max(0, finish - col),
      command = item.command,
      before = line:sub(1, col),
      after = line:sub(col + 1),
    })
  end
  return candidates
end

---@param bufnr integer
---@param kind integer
---@param done? fun() called when there are candidates
local function ask(bufnr, kind, done)
  local ghost = ghosts[bufnr]
  forget(bufnr)
  ghost.asked = vim.api.nvim_buf_get_changedtick(bufnr)
  local client = ghost.client
  local row, col, line = cursor(bufnr)
  local params = {
    textDocument = { uri = vim.uri_from_bufnr(bufnr) },
    position = { line = row, character = text.units(line, col, client.offset_encoding) },
    context = { triggerKind = kind },
  }
  local id
  id = client_of.request(client, 'textDocument/inlineCompletion', params, function(err, result)
    -- A late answer to what is no longer asked has an id of its own.
    if ghosts[bufnr] ~= ghost or ghost.request ~= id then
      return
    end
    ghost.request = nil
    if not err and vim.api.nvim_get_current_buf() == bufnr then
      ghost.candidates, ghost.index = read(result, row, col, line, client.offset_encoding), 1
      if show(bufnr) and done then
        done()
      end
    end
  end, bufnr)
  ghost.request = id
end

---The text or the cursor has changed: follow, or take the suggestion away and ask for another.
---@param bufnr integer
local function follow(bufnr)
  local ghost = ghosts[bufnr]
  if not ghost or not inserting() or show(bufnr) then
    return
  end
  local is_new = vim.api.nvim_buf_get_changedtick(bufnr) ~= ghost.asked
  if is_new and not popup.visible() then
    ask(bufnr, AUTOMATIC)
  elseif not is_new and not ghost.request then
    forget(bufnr)
  end
end

---@param client vim.lsp.Client
---@param bufnr integer
function M.attach(client, bufnr)
  local group = vim.api.nvim_create_augroup('infill_ls.ghost:' .. bufnr, {})
  ghosts[bufnr] = { client = client, group = group, candidates = {}, index = 1 }
  ---@param events string[]
  ---@param act fun(bufnr: integer)
  local function on(events, act)
    vim.api.nvim_create_autocmd(events, {
      group = group,
      buffer = bufnr,
      callback = function()
        act(bufnr)
      end,
    })
  end
  on({ 'TextChangedI', 'TextChangedP', 'CursorMovedI' }, follow)
  on({ 'InsertEnter' }, function()
    -- The mode has not changed yet, nor has the cursor moved to where it will be.
    vim.schedule(function()
      if ghosts[bufnr] and inserting() and vim.api.nvim_get_current_buf() == bufnr and not ghosts[bufnr].request then
        ask(bufnr, AUTOMATIC)
      end
    end)
  end)
  on({ 'InsertLeave', 'BufLeave' }, forget)
end

---@param bufnr integer
function M.detach(bufnr)
  local ghost = ghosts[bufnr]
  ghosts[bufnr] = nil
  if ghost then
    vim.api.nvim_del_augroup_by_id(ghost.group)
    if vim.api.nvim_buf_is_loaded(bufnr) then
      hide(bufnr)
    end
  end
end

---A menu may have been opened or closed.
---@param bufnr integer
function M.menu_changed(bufnr)
  follow(bufnr)
end

---@param bufnr integer
---@return boolean
function M.visible(bufnr)
  local ghost = ghosts[bufnr]
  return ghost ~= nil and not popup.visible() and inserting() and remainder(bufnr, ghost.candidates[ghost.index]) ~= nil
end

---@param bufnr integer
---@param unit 'all'|'word'|'line'
---@return boolean whether there was anything to accept
function M.accept(bufnr, unit)
  if not M.visible(bufnr) then
    return false
  end
  local ghost = ghosts[bufnr]
  local suggestion = assert(remainder(bufnr, ghost.candidates[ghost.index]))
  local rest = insert.put(bufnr, suggestion, unit)
  cancel(ghost)
  ghost.candidates, ghost.index = {}, 1
  if rest then
    local _, col, line = cursor(bufnr)
    rest.before, rest.after = line:sub(1, col), line:sub(col + 1)
    ghost.candidates = { rest }
    show(bufnr)
  else
    hide(bufnr)
  end
  if suggestion.command then
    client_of.execute(ghost.client, suggestion.command.command, suggestion.command.arguments or {})
  end
  return true
end

---@param bufnr integer
---@return boolean
function M.request(bufnr)
  if not ghosts[bufnr] then
    return false
  end
  ask(bufnr, INVOKED)
  return true
end

---Show another candidate. Automatic requests bring one only, so the first time the server is asked for more.
---@param bufnr integer
---@param count integer 1 for the next, -1 for the previous
---@return boolean
function M.select(bufnr, count)
  local ghost = ghosts[bufnr]
  if not ghost then
    return false
  end
  if #ghost.candidates > 1 then
    ghost.index = (ghost.index - 1 + count) % #ghost.candidates + 1
    show(bufnr)
  else
    ask(bufnr, INVOKED, function()
      if #ghost.candidates > 1 then
        ghost.index = count > 0 and 2 or #ghost.candidates
        show(bufnr)
      end
    end)
  end
  return true
end

---@param bufnr integer
---@return boolean
function M.dismiss(bufnr)
  local shown = M.visible(bufnr)
  if shown then
    forget(bufnr)
  end
  return shown
end

return M
