-- Ghost text as Neovim 0.12 shows it itself, by `vim.lsp.inline_completion`: accepts it by units, and takes it away
-- where none is to be shown.

local client_of = require('infill_ls.client')
local insert = require('infill_ls.insert')
local popup = require('infill_ls.popup')
local suggest = require('infill_ls.suggest')
local text = require('infill_ls.text')

local M = {}

local METHOD = 'textDocument/inlineCompletion'

---@type table<integer, boolean> by buffer: whether nothing is to be shown or asked
local paused = {}
---@type table<integer, { suggestion: infill_ls.Suggestion, tick: integer }> by buffer: what a partial acceptance left
local left = {}

---@param bufnr integer
---@param on boolean
local function enable(bufnr, on)
  vim.lsp.inline_completion.enable(on, { bufnr = bufnr })
end

---Whether any server owes this buffer an answer. Neovim 0.12 fails, with a message that takes the next keys, where one
---comes after its inline completion was disabled; so that waits. A request that was cancelled may be answered, too.
---@param bufnr integer
---@return boolean
local function is_owed(bufnr)
  for _, client in ipairs(vim.lsp.get_clients({ bufnr = bufnr })) do
    for _, request in pairs(client.requests) do
      if request.method == METHOD and request.bufnr == bufnr then
        return true
      end
    end
  end
  return false
end

---Take away what is shown, and disable it as soon as that is safe.
---@param bufnr integer
local function settle(bufnr)
  if not paused[bufnr] or not vim.lsp.inline_completion.is_enabled({ bufnr = bufnr }) then
    return
  end
  local space = vim.api.nvim_get_namespaces()['nvim.lsp.inline_completion']
  if space then
    vim.api.nvim_buf_clear_namespace(bufnr, space, 0, -1)
  end
  if not is_owed(bufnr) then
    enable(bufnr, false)
  end
end

---Ask anew, as after a movement of the cursor; there is no public word for it.
---@param bufnr integer
local function refresh(bufnr)
  pcall(vim.api.nvim_exec_autocmds, 'CursorMovedI', {
    group = 'nvim.lsp.inline_completion:' .. bufnr,
    buffer = bufnr,
    modeline = false,
  })
end

---@param bufnr integer
local function pause_or_go_on(bufnr)
  local pause = popup.hides() or not suggest.wanted(bufnr)
  if pause then
    paused[bufnr] = true
    settle(bufnr)
  elseif paused[bufnr] then
    paused[bufnr] = nil
    enable(bufnr, true)
    refresh(bufnr)
  end
end

---@param _client vim.lsp.Client
---@param bufnr integer
function M.attach(_client, bufnr)
  paused[bufnr] = nil
  enable(bufnr, true)
  pause_or_go_on(bufnr)
  -- Each of them may draw again what a pause has taken away; after `LspRequest`, there may be nothing owed any more.
  vim.api.nvim_create_autocmd({ 'CursorMovedI', 'TextChangedP', 'LspRequest' }, {
    group = vim.api.nvim_create_augroup('infill_ls.native:' .. bufnr, {}),
    buffer = bufnr,
    callback = vim.schedule_wrap(function()
      if vim.api.nvim_buf_is_loaded(bufnr) then
        settle(bufnr)
      end
    end),
  })
end

---@param bufnr integer
function M.detach(bufnr)
  paused[bufnr], left[bufnr] = nil, nil
  pcall(vim.api.nvim_del_augroup_by_name, 'infill_ls.native:' .. bufnr)
end

---A menu may have been opened or closed.
---@param bufnr integer
function M.menu_changed(bufnr)
  pause_or_go_on(bufnr)
end

---Suggestions were switched on or off in this buffer.
---@param bufnr integer
function M.switched(bufnr)
  pause_or_go_on(bufnr)
end

---What is left of an item where the cursor is now, if what was typed since it came is how it begins. An item of
---infill-ls starts at the cursor that it was asked for.
---@param bufnr integer
---@param item vim.lsp.inline_completion.Item
---@return infill_ls.Suggestion?
local function remainder(bufnr, item)
  if type(item.insert_text) ~= 'string' or not item.range then
    return nil
  end
  local start_row, start_col, _, end_col = item.range:to_extmark()
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  local line = vim.api.nvim_buf_get_lines(bufnr, row - 1, row, false)[1] or ''
  local typed = line:sub(start_col + 1, col)
  if row - 1 ~= start_row or col < start_col or not vim.startswith(item.insert_text, typed) then
    return nil
  end
  local replaces = end_col - start_col
  local client = vim.lsp.get_client_by_id(item.client_id)
  local replaced, encoding = line:sub(col + 1, col + replaces), client and client.offset_encoding or 'utf-16'
  return {
    row = row - 1,
    col = col,
    text = item.insert_text:sub(#typed + 1),
    replaces = replaces,
    behind = text.behind(item.insert_text, replaced, item.command, encoding),
    command = item.command,
  }
end

---@param bufnr integer
---@param suggestion infill_ls.Suggestion
---@param unit 'all'|'word'|'line'
local function put(bufnr, suggestion, unit)
  local rest = insert.put(bufnr, suggestion, unit)
  left[bufnr] = rest and { suggestion = rest, tick = vim.api.nvim_buf_get_changedtick(bufnr) }
end

---Go on with what the last acceptance left: Neovim has forgotten it, and shows it again only when it has asked again.
---@param bufnr integer
---@param unit 'all'|'word'|'line'
---@return boolean
local function put_left(bufnr, unit)
  local rest = left[bufnr]
  left[bufnr] = nil
  if not rest or rest.tick ~= vim.api.nvim_buf_get_changedtick(bufnr) then
    return false
  end
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  if row - 1 ~= rest.suggestion.row or col ~= rest.suggestion.col then
    return false
  end
  put(bufnr, rest.suggestion, unit)
  return true
end

---Neovim itself inserts an item at the place that it was asked for, whatever has been typed since; so it is inserted
---here.
---@param bufnr integer
---@param unit 'all'|'word'|'line'
---@return boolean whether there was anything to accept
function M.accept(bufnr, unit)
  if paused[bufnr] then
    return false
  end
  local found = false
  local has_item = vim.lsp.inline_completion.get({
    bufnr = bufnr,
    on_accept = function(item)
      found = true
      local suggestion = remainder(bufnr, item)
      if not suggestion or suggestion.text == '' then
        return nil
      end
      put(bufnr, suggestion, unit)
      local client = vim.lsp.get_client_by_id(item.client_id)
      if client and suggestion.command then
        client_of.execute(client, suggestion.command.command, suggestion.command.arguments or {})
      end
      return nil
    end,
  })
  if not has_item then
    return put_left(bufnr, unit)
  end
  -- An item is taken a moment later; a key that comes in between finds it gone.
  vim.schedule(function()
    if not found then
      put_left(bufnr, unit)
    end
  end)
  return true
end

---Ask by hand. Neovim 0.12 has a function for it, though no public one; without it, it asks as it does by itself.
---@param bufnr integer
---@return boolean
function M.request(bufnr)
  local asked = pcall(function()
    local completor = require('vim.lsp._capability').all.inline_completion.active[bufnr]
    -- Else the answer to what was typed just before would take this one's place.
    completor:reset_timer()
    completor:request(vim.lsp.protocol.InlineCompletionTriggerKind.Invoked)
  end)
  if not asked then
    refresh(bufnr)
  end
  return true
end

---@param bufnr integer
---@param count integer
---@return boolean
function M.select(bufnr, count)
  vim.lsp.inline_completion.select({ bufnr = bufnr, count = count })
  return true
end

---@param bufnr integer
---@return boolean
function M.dismiss(bufnr)
  left[bufnr] = nil
  local shown = vim.lsp.inline_completion.get({
    bufnr = bufnr,
    on_accept = function()
      return nil
    end,
  })
  return shown
end

return M
