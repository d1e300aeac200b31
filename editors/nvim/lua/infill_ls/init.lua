-- infill-ls: what users and their configuration call. See `:help infill-ls`.

local client_of = require('infill_ls.client')
local options = require('infill_ls.options')

local M = {}

---Who shows suggestions, by buffer.
---@type table<integer, table>
local shows = {}

---Start the server for files of all types. Neovim 0.11 and newer need no more than `vim.lsp.enable('infill_ls')`, which
---this calls.
function M.enable()
  if vim.fn.has('nvim-0.11') == 1 then
    vim.lsp.enable('infill_ls')
    return
  end
  vim.cmd.runtime('plugin/infill_ls.lua')
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('infill_ls.enable', {}),
    callback = function(event)
      client_of.start(event.buf)
    end,
  })
end

---@param client vim.lsp.Client
---@param bufnr integer
function M.attach(client, bufnr)
  client_of.attached(client, bufnr)
  client_of.show_steps()
  require('infill_ls.switch').attached(client)
  require('infill_ls.popup').listen(function()
    local current = vim.api.nvim_get_current_buf()
    if shows[current] then
      shows[current].menu_changed(current)
    end
  end)
  local ghost_text = options.ghost_text()
  if not ghost_text then
    return
  end
  M.detach(client, bufnr)
  require('infill_ls.colour').keep()
  shows[bufnr] = require(ghost_text == 'native' and 'infill_ls.native' or 'infill_ls.ghost')
  shows[bufnr].attach(client, bufnr)
  require('infill_ls.next').attach(client, bufnr)
  vim.api.nvim_buf_call(bufnr, function()
    require('infill_ls.keys').map({
      accept = M.accept,
      accept_word = M.accept_word,
      accept_line = M.accept_line,
      next = M.next,
      previous = M.previous,
      request = M.request,
      deep = M.deep,
      dismiss = M.dismiss,
      next_edit = M.next_edit,
    })
    require('infill_ls.keys').map_normal({
      next_edit = M.next_edit,
      next_edit_normal = M.next_edit,
      next_edit_everywhere = M.next_edit_everywhere,
      dismiss_normal = M.dismiss_next_edit,
    })
  end)
end

---@param _client vim.lsp.Client
---@param bufnr integer
function M.detach(_client, bufnr)
  if shows[bufnr] then
    shows[bufnr].detach(bufnr)
    shows[bufnr] = nil
  end
  require('infill_ls.next').detach(bufnr)
  require('infill_ls.suggest').drop(bufnr)
end

---@param name string
---@param ... any
---@return boolean
local function act(name, ...)
  local bufnr = vim.api.nvim_get_current_buf()
  local show = shows[bufnr]
  return show ~= nil and show[name](bufnr, ...)
end

---Accept the whole suggestion; whether there was one.
---@return boolean
function M.accept()
  return act('accept', 'all')
end

---Accept its next word.
---@return boolean
function M.accept_word()
  return act('accept', 'word')
end

---Accept its next line.
---@return boolean
function M.accept_line()
  return act('accept', 'line')
end

---Show the next candidate.
---@return boolean whether the server is attached
function M.next()
  return act('select', 1)
end

---Show the previous candidate.
---@return boolean whether the server is attached
function M.previous()
  return act('select', -1)
end

---Ask for a suggestion here and now.
---@return boolean whether the server is attached
function M.request()
  return act('request')
end

---Ask for a suggestion for which the model may look things up in the project; the next key ends it.
---@return boolean whether the server is attached
function M.deep()
  local bufnr = vim.api.nvim_get_current_buf()
  local client = client_of.of(bufnr)
  if not client or not shows[bufnr] then
    return false
  end
  -- It is meant by the next request.
  client_of.execute(client, 'infill-ls.deep', {})
  return act('request')
end

---Take the suggestion away, or else the next edit; whether there was one.
---@return boolean
function M.dismiss()
  return act('dismiss') or M.dismiss_next_edit()
end

---Go to the next edit or, on its line, make it; whether there is one.
---@return boolean
function M.next_edit()
  local next_edits = require('infill_ls.next')
  return not next_edits.means_tab() and next_edits.go(vim.api.nvim_get_current_buf())
end

---Make the next edit at all of its places; whether there is one.
---@return boolean
function M.next_edit_everywhere()
  return require('infill_ls.next').everywhere(vim.api.nvim_get_current_buf())
end

---Take the next edit away, and do not offer it again; whether there was one.
---@return boolean
function M.dismiss_next_edit()
  return require('infill_ls.next').dismiss(vim.api.nvim_get_current_buf())
end

---Switch suggestions on or off.
---@param on? boolean by default the other state
---@param where? 'project'|'buffer'|'everywhere' by default for the project, which is all that this server serves
function M.toggle(on, where)
  require('infill_ls.switch').toggle(on, where or 'project')
end

---No suggestions anywhere for so many minutes.
---@param minutes? number 5 by default
function M.snooze(minutes)
  require('infill_ls.switch').snooze(minutes)
end

---Suggestions were switched on or off in a buffer.
---@param bufnr integer
function M._switched(bufnr)
  if shows[bufnr] then
    shows[bufnr].switched(bufnr)
  end
end

local WORDS = { normal = 'infill', warning = 'infill ⚠', error = 'infill ✗', inactive = 'infill off' }

---A word on the server's state for the status line; empty where it is not attached.
---@return string
function M.statusline()
  local client = client_of.of()
  if not client then
    return ''
  end
  if vim.b.infill_ls == false then
    return WORDS.inactive
  end
  local status = client_of.status(client) or { kind = 'normal', busy = false }
  -- A model that is being loaded takes long enough to be named.
  local doing = status.kind == 'normal' and status.message or ''
  local busy = status.busy and (doing ~= '' and ': ' .. doing or ' …') or ''
  return (WORDS[status.kind] or WORDS.normal) .. busy
end

return M
