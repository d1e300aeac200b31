-- Next edits: what the server would change next, shown where it is. One press of the key goes there, another makes it.
--
-- An edit is for one state of the buffer: any change of it takes the edit away and asks anew.

local client_of = require('infill_ls.client')
local events = require('infill_ls.events')
local options = require('infill_ls.options')
local popup = require('infill_ls.popup')
local suggest = require('infill_ls.suggest')
local text = require('infill_ls.text')

local M = {}

local PAUSE_MS = 150
-- For so long after an edit was made, a key pressed at once waits for the edit after it.
local HOLD_MS = 300
local namespace = vim.api.nvim_create_namespace('infill_ls.next')
local ghost_text = vim.api.nvim_create_namespace('infill_ls')

---@class infill_ls.NextEdit
---@field row integer from 0
---@field first integer byte of the line
---@field last_row integer
---@field last integer byte of the last line
---@field lines string[] the new text
---@field tick integer of the buffer that it is for
---@field data table what the server says of it

---@class infill_ls.Hold what is held back since an edit was made
---@field ended integer milliseconds of the clock at which nothing is any more
---@field tick integer of the buffer that the edit left
---@field place integer[] where it left the cursor
---@field presses integer of the key since

---@class infill_ls.Following
---@field client vim.lsp.Client
---@field group integer
---@field timer uv.uv_timer_t
---@field asked? integer tick of the buffer that was asked about last
---@field edit? infill_ls.NextEdit
---@field hold? infill_ls.Hold

---@type table<integer, infill_ls.Following> by buffer
local buffers = {}

---The edit, if the buffer is still as it was when the edit came.
---@param bufnr integer
---@return infill_ls.NextEdit?
local function pending(bufnr)
  local edit = buffers[bufnr] and buffers[bufnr].edit
  return edit and edit.tick == vim.api.nvim_buf_get_changedtick(bufnr) and edit or nil
end

---@param bufnr integer
local function hide(bufnr)
  if vim.api.nvim_buf_is_loaded(bufnr) then
    vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
  end
end

---What is held back, if the user has done nothing but press the key since the edit was made.
---@param bufnr integer shown in the current window
---@return infill_ls.Hold?
local function held(bufnr)
  local hold = buffers[bufnr] and buffers[bufnr].hold
  local kept = hold
    and vim.uv.now() < hold.ended
    and hold.tick == vim.api.nvim_buf_get_changedtick(bufnr)
    and vim.deep_equal(hold.place, vim.api.nvim_win_get_cursor(0))
  return kept and hold or nil
end

---Whether <Tab>, where the user has chosen it for next edits in insert mode, too, means something else here.
---@return boolean
function M.means_tab()
  local key = options.keys().next_edit
  if not key or key:lower() ~= '<tab>' or not vim.startswith(vim.api.nvim_get_mode().mode, 'i') then
    return false
  end
  local before = vim.api.nvim_get_current_line():sub(1, vim.api.nvim_win_get_cursor(0)[2])
  return not before:find('%S') or vim.snippet.active() or popup.visible()
end

---The key that goes to the edit and makes it, if there is one here.
---@return string|false|nil
local function key_of_mode()
  if vim.startswith(vim.api.nvim_get_mode().mode, 'i') then
    return not M.means_tab() and options.keys().next_edit
  end
  local keys = options.normal_keys()
  return keys.next_edit_normal or keys.next_edit
end

---Where an edit off the screen is, and the key that goes there, behind the cursor's line.
---@param bufnr integer
---@param edit infill_ls.NextEdit
local function point(bufnr, edit)
  local row = suggest.cursor(bufnr)
  local key = key_of_mode()
  local words = (' %snext edit on line %d %s'):format(
    key and key .. ': ' or '',
    edit.row + 1,
    edit.row > row and '↓' or '↑'
  )
  vim.api.nvim_buf_set_extmark(bufnr, namespace, row, 0, {
    virt_text = { { words, 'InfillLsGhost' } },
    virt_text_pos = 'eol',
  })
end

---Whether ghost text stands on the edit's line: what both say would be read twice.
---@param bufnr integer
---@param edit infill_ls.NextEdit
---@return boolean
local function is_said(bufnr, edit)
  return #vim.api.nvim_buf_get_extmarks(bufnr, ghost_text, { edit.row, 0 }, { edit.row, -1 }, { limit = 1 }) > 0
end

---What goes is marked, what comes stands behind it.
---@param bufnr integer
---@param edit infill_ls.NextEdit
local function draw_text(bufnr, edit)
  if edit.last_row > edit.row or edit.last > edit.first then
    vim.api.nvim_buf_set_extmark(bufnr, namespace, edit.row, edit.first, {
      end_row = edit.last_row,
      end_col = edit.last,
      hl_group = 'InfillLsNextGone',
      strict = false,
    })
  end
  local below = {}
  for n = 2, #edit.lines do
    below[n - 1] = { { edit.lines[n], 'InfillLsNext' } }
  end
  vim.api.nvim_buf_set_extmark(bufnr, namespace, edit.last_row, edit.last, {
    virt_text = { { edit.lines[1], 'InfillLsNext' } },
    virt_text_pos = 'inline',
    virt_lines = below,
    strict = false,
  })
end

---Draw the edit anew: the cursor, or what is drawn beside it, has changed.
---@param bufnr integer
function M.draw(bufnr)
  hide(bufnr)
  local edit = pending(bufnr)
  if not edit or vim.api.nvim_get_current_buf() ~= bufnr then
    return
  end
  if edit.row < vim.fn.line('w0') - 1 or edit.row > vim.fn.line('w$') - 1 then
    point(bufnr, edit)
    return
  end
  local said = is_said(bufnr, edit)
  if not said then
    draw_text(bufnr, edit)
  end
  local key = not said and key_of_mode()
  -- Where it begins: a line that goes ends at the beginning of the next one.
  vim.api.nvim_buf_set_extmark(bufnr, namespace, edit.row, edit.first, {
    virt_text = key and { { ' ' .. key, 'InfillLsGhost' } } or nil,
    virt_text_pos = 'eol',
    sign_text = '»',
    sign_hl_group = 'InfillLsNext',
  })
end

---@param bufnr integer
---@param result? { edits: table[] }
---@param tick integer
local function take_in(bufnr, result, tick)
  local edit = type(result) == 'table' and type(result.edits) == 'table' and result.edits[1]
  if not edit or tick ~= vim.api.nvim_buf_get_changedtick(bufnr) then
    return
  end
  local encoding = buffers[bufnr].client.offset_encoding
  local function byte(place)
    local line = vim.api.nvim_buf_get_lines(bufnr, place.line, place.line + 1, false)[1] or ''
    return text.byte(line, place.character, encoding)
  end
  buffers[bufnr].edit = {
    row = edit.range.start.line,
    first = byte(edit.range.start),
    last_row = edit.range['end'].line,
    last = byte(edit.range['end']),
    lines = vim.split(edit.text, '\n', { plain = true }),
    tick = tick,
    data = edit.data,
  }
  M.draw(bufnr)
end

---Do what the key was pressed for before the edit was known.
---@param bufnr integer
---@param tick integer of the buffer that was asked about
local function catch_up(bufnr, tick)
  local hold = vim.api.nvim_get_current_buf() == bufnr and held(bufnr) or nil
  -- Where nothing follows, the key stays held back: it was pressed for an edit.
  if not hold or hold.tick ~= tick or not pending(bufnr) then
    return
  end
  buffers[bufnr].hold = nil
  for _ = 1, hold.presses do
    M.go(bufnr)
  end
end

---@param bufnr integer shown in the current window
local function ask(bufnr)
  local following = buffers[bufnr]
  if not following or not suggest.wanted(bufnr) or vim.api.nvim_get_current_buf() ~= bufnr then
    return
  end
  local row, col, line = suggest.cursor(bufnr)
  local tick = vim.api.nvim_buf_get_changedtick(bufnr)
  following.asked = tick
  local params = {
    -- Neovim's own number of the version; it sends what has changed before it sends a request.
    textDocument = { uri = vim.uri_from_bufnr(bufnr), version = vim.lsp.util.buf_versions[bufnr] },
    position = { line = row, character = text.units(line, col, following.client.offset_encoding) },
  }
  client_of.request(following.client, 'infill-ls/nextEdit', params, function(err, result)
    if not err and buffers[bufnr] and vim.api.nvim_buf_is_loaded(bufnr) then
      take_in(bufnr, result, tick)
      catch_up(bufnr, tick)
    end
  end, bufnr)
end

---The text has changed: what was offered is for another text. After an edit was made, it was asked at once.
---@param bufnr integer
local function changed(bufnr)
  local following = buffers[bufnr]
  if not following or following.asked == vim.api.nvim_buf_get_changedtick(bufnr) then
    return
  end
  following.edit = nil
  hide(bufnr)
  following.timer:start(PAUSE_MS, 0, vim.schedule_wrap(function()
    ask(bufnr)
  end))
end

---@param client vim.lsp.Client
---@param bufnr integer
function M.attach(client, bufnr)
  M.detach(bufnr)
  vim.api.nvim_set_hl(0, 'InfillLsNext', { default = true, link = 'DiffAdd' })
  vim.api.nvim_set_hl(0, 'InfillLsNextGone', { default = true, link = 'DiffDelete' })
  local group = vim.api.nvim_create_augroup('infill_ls.next:' .. bufnr, {})
  buffers[bufnr] = { client = client, group = group, timer = assert(vim.uv.new_timer()) }
  local on = events.of(group, bufnr)
  on({ 'TextChanged', 'TextChangedI', 'TextChangedP' }, changed)
  local function again()
    if pending(bufnr) then
      M.draw(bufnr)
    end
  end
  on({ 'WinScrolled', 'CursorMoved', 'CursorMovedI' }, again)
  on({ 'InsertEnter', 'InsertLeave' }, vim.schedule_wrap(again)) -- the mode changes right after
  on({ 'BufLeave' }, hide)
  on({ 'BufEnter' }, M.draw)
end

---@param bufnr integer
function M.detach(bufnr)
  local following = buffers[bufnr]
  buffers[bufnr] = nil
  if following then
    vim.api.nvim_del_augroup_by_id(following.group)
    following.timer:stop()
    following.timer:close()
    hide(bufnr)
  end
end

---Make the edit, and ask for the one after it.
---@param bufnr integer shown in the current window
---@param edit infill_ls.NextEdit
local function make(bufnr, edit)
  hide(bufnr)
  -- Setting it, if only to what it is, ends the running undo block.
  vim.bo[bufnr].undolevels = vim.bo[bufnr].undolevels
  vim.api.nvim_buf_set_text(bufnr, edit.row, edit.first, edit.last_row, edit.last, edit.lines)
  local before = #edit.lines > 1 and 0 or edit.first
  vim.api.nvim_win_set_cursor(0, { edit.row + #edit.lines, before + #edit.lines[#edit.lines] })
  buffers[bufnr].edit = nil
  buffers[bufnr].hold = {
    ended = vim.uv.now() + HOLD_MS,
    tick = vim.api.nvim_buf_get_changedtick(bufnr),
    place = vim.api.nvim_win_get_cursor(0),
    presses = 0,
  }
  client_of.execute(buffers[bufnr].client, 'infill-ls.accept', { edit.data.id })
  ask(bufnr)
end

---Go to the edit, or make it if the cursor is on its line already; whether there is one, or may be at once.
---@param bufnr integer shown in the current window
---@return boolean
function M.go(bufnr)
  local edit = pending(bufnr)
  if not edit then
    local hold = held(bufnr)
    if hold then
      hold.presses = hold.presses + 1
    end
    return hold ~= nil
  end
  if suggest.cursor(bufnr) ~= edit.row then
    vim.cmd.normal({ "m'", bang = true })
    vim.api.nvim_win_set_cursor(0, { edit.row + 1, edit.first })
    M.draw(bufnr)
    return true
  end
  make(bufnr, edit)
  return true
end

---The user does not want the edit; whether there was one.
---@param bufnr integer
---@return boolean
function M.dismiss(bufnr)
  local edit = pending(bufnr)
  if not edit then
    return false
  end
  buffers[bufnr].edit = nil
  hide(bufnr)
  client_of.execute(buffers[bufnr].client, 'infill-ls.reject', { edit.data.id, 'rejected' })
  return true
end

---Make the edit at all of its places; whether there is one.
---@param bufnr integer
---@return boolean
function M.everywhere(bufnr)
  local edit = pending(bufnr)
  if not edit then
    return false
  end
  client_of.execute(buffers[bufnr].client, 'infill-ls.applyAll', { edit.data.id })
  return true
end

return M
