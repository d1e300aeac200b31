-- Ghost text of the plugin's own: asks, shows what comes at the cursor, follows what is typed into it.
--
-- An answer is for one state of one line. While what is typed is how the suggestion goes on, it stays and nothing is
-- asked; anything else takes it away and, where text has changed, asks anew.

local client_of = require('infill_ls.client')
local events = require('infill_ls.events')
local insert = require('infill_ls.insert')
local next_edits = require('infill_ls.next')
local options = require('infill_ls.options')
local popup = require('infill_ls.popup')
local suggest = require('infill_ls.suggest')
local text = require('infill_ls.text')

local M = {}

local namespace = vim.api.nvim_create_namespace('infill_ls')

---@class infill_ls.Ghost
---@field client vim.lsp.Client
---@field group integer

---@type table<integer, infill_ls.Ghost> by buffer
local ghosts = {}

---@return boolean
local function inserting()
  return vim.startswith(vim.api.nvim_get_mode().mode, 'i')
end

---@param lines string[]
---@return [string, string][][]?
local function virtual(lines)
  local drawn = vim.tbl_map(function(line)
    return { { line, 'InfillLsGhost' } }
  end, lines)
  return #drawn > 0 and drawn or nil
end

---@param bufnr integer
---@param suggestion infill_ls.Suggestion
---@param note string shown behind it
local function draw_at_cursor(bufnr, suggestion, note)
  local lines = vim.split(suggestion.text .. note, '\n', { plain = true })
  local first = table.remove(lines, 1)
  local _, col, line = suggest.cursor(bufnr)
  local replaced = line:sub(col + 1, col + suggestion.replaces)
  local pieces = text.pieces(first, replaced)
  local mark = { virt_lines = virtual(lines), hl_mode = 'combine' }
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

---On the cursor's line, behind all that stands there: nothing moves.
---@param bufnr integer
---@param suggestion infill_ls.Suggestion
---@param note string shown behind it
local function draw_at_end(bufnr, suggestion, note)
  local lines = vim.split(vim.trim(suggestion.text), '\n', { plain = true })
  local more = #lines > 1 and (' … +%d'):format(#lines - 1) or ''
  vim.api.nvim_buf_set_extmark(bufnr, namespace, suggestion.row, suggestion.col, {
    virt_text = { { lines[1] .. more .. note, 'InfillLsGhost' } },
    virt_text_pos = 'eol',
    hl_mode = 'combine',
  })
end

---@param bufnr integer
local function hide(bufnr)
  vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
end

---Show the suggestion as far as it fits; whether it does.
---@param bufnr integer
---@return boolean
local function show(bufnr)
  hide(bufnr)
  if not ghosts[bufnr] or not inserting() then
    return false
  end
  local suggestion, count, index = suggest.at_cursor(bufnr)
  if not suggestion then
    return false
  end
  if popup.hides() then
    return true
  end
  local note = count > 1 and (' (%d/%d)'):format(index, count) or ''
  if options.menu() == 'eol' and popup.visible() then
    draw_at_end(bufnr, suggestion, note)
  else
    draw_at_cursor(bufnr, suggestion, note)
  end
  next_edits.draw(bufnr)
  return true
end

---@param bufnr integer
local function forget(bufnr)
  suggest.forget(bufnr)
  hide(bufnr)
  next_edits.draw(bufnr)
end

---@param bufnr integer
---@param kind integer
---@param done? fun()
local function ask(bufnr, kind, done)
  hide(bufnr)
  next_edits.draw(bufnr)
  suggest.ask(bufnr, kind, done)
end

---The text or the cursor has changed: follow, or take the suggestion away and ask for another.
---@param bufnr integer
local function follow(bufnr)
  if not ghosts[bufnr] or not inserting() or show(bufnr) then
    return
  end
  local is_new = not suggest.is_asked(bufnr)
  if is_new and not popup.hides() then
    ask(bufnr, suggest.AUTOMATIC)
  elseif not is_new and not suggest.is_waiting(bufnr) then
    forget(bufnr)
  end
end

---Neovim's own ghost text, which users may have switched on for other servers, would show the same once more.
---@param client vim.lsp.Client
local function keep_from_neovim(client)
  if vim.lsp.inline_completion and client.server_capabilities.inlineCompletionProvider then
    -- It has not asked this client for anything yet.
    vim.lsp.inline_completion.enable(false, { client_id = client.id })
    client.server_capabilities.inlineCompletionProvider = nil
  end
end

---@param client vim.lsp.Client
---@param bufnr integer
function M.attach(client, bufnr)
  keep_from_neovim(client)
  local group = vim.api.nvim_create_augroup('infill_ls.ghost:' .. bufnr, {})
  ghosts[bufnr] = { client = client, group = group }
  suggest.shown_by(bufnr, show)
  local on = events.of(group, bufnr)
  on({ 'TextChangedI', 'TextChangedP', 'CursorMovedI' }, follow)
  on({ 'InsertEnter' }, function()
    -- The mode has not changed yet, nor has the cursor moved to where it will be.
    vim.schedule(function()
      local here = ghosts[bufnr] and inserting() and vim.api.nvim_get_current_buf() == bufnr
      if here and not suggest.is_waiting(bufnr) then
        ask(bufnr, suggest.AUTOMATIC)
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

---Suggestions were switched on or off in this buffer.
---@param bufnr integer
function M.switched(bufnr)
  forget(bufnr)
end

---@param bufnr integer
---@return boolean
function M.visible(bufnr)
  return ghosts[bufnr] ~= nil and not popup.hides() and inserting() and suggest.at_cursor(bufnr) ~= nil
end

---@param bufnr integer
---@param unit 'all'|'word'|'line'
---@return boolean whether there was anything to accept
function M.accept(bufnr, unit)
  if not M.visible(bufnr) then
    return false
  end
  local suggestion = assert(suggest.at_cursor(bufnr))
  suggest.keep(bufnr, insert.put(bufnr, suggestion, unit))
  show(bufnr)
  if suggestion.command then
    client_of.execute(ghosts[bufnr].client, suggestion.command.command, suggestion.command.arguments or {})
  end
  return true
end

---@param bufnr integer
---@return boolean
function M.request(bufnr)
  if not ghosts[bufnr] then
    return false
  end
  ask(bufnr, suggest.INVOKED)
  return true
end

---Show another candidate. Automatic requests bring one only, so the first time the server is asked for more.
---@param bufnr integer
---@param count integer 1 for the next, -1 for the previous
---@return boolean
function M.select(bufnr, count)
  if not ghosts[bufnr] then
    return false
  end
  if suggest.choose(bufnr, count) then
    show(bufnr)
  else
    ask(bufnr, suggest.INVOKED, function()
      if suggest.choose(bufnr, count) then
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
