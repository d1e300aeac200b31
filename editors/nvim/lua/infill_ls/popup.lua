-- Completion menus, of Neovim itself, nvim-cmp and blink.cmp: whether one is open, and whether it leaves room for ghost
-- text.

local options = require('infill_ls.options')

local M = {}

---@param name string
---@param method string
---@return boolean
local function says_visible(name, method)
  local module = package.loaded[name]
  if type(module) ~= 'table' or type(module[method]) ~= 'function' then
    return false
  end
  local fine, visible = pcall(module[method])
  return fine and visible == true
end

---Whether a menu is open.
---@return boolean
function M.visible()
  return vim.fn.pumvisible() == 1 or says_visible('cmp', 'visible') or says_visible('blink.cmp', 'is_menu_visible')
end

---Whether the menu shows ghost text of its own, for the item that is chosen: two at one place cannot be read.
---@return boolean
local function has_ghost_text()
  if says_visible('blink.cmp', 'is_ghost_text_visible') then
    return true
  end
  local config = package.loaded['cmp.config']
  local fine, found = pcall(function()
    return config.get().experimental.ghost_text
  end)
  return fine and found and says_visible('cmp', 'visible')
end

---Whether no ghost text is to be shown because a menu is open.
---@return boolean
function M.hides()
  return M.visible() and (options.menu() == 'hide' or has_ghost_text())
end

local listening_to_cmp = false

---Call `changed` whenever a menu may have been opened or closed, and be a source of nvim-cmp's.
---@param changed fun()
function M.listen(changed)
  local group = vim.api.nvim_create_augroup('infill_ls.popup', {})
  -- A menu that is about to be shown or hidden is so only after the event.
  local later = vim.schedule_wrap(changed)
  vim.api.nvim_create_autocmd({ 'CompleteChanged', 'CompleteDone' }, { group = group, callback = later })
  vim.api.nvim_create_autocmd('User', {
    group = group,
    pattern = { 'BlinkCmpMenuOpen', 'BlinkCmpMenuClose' },
    callback = later,
  })
  -- nvim-cmp is often loaded with the first insertion, by others who listen to this event, too.
  vim.api.nvim_create_autocmd('InsertEnter', {
    group = group,
    callback = vim.schedule_wrap(function()
      local cmp = package.loaded['cmp']
      if not listening_to_cmp and type(cmp) == 'table' and cmp.event then
        listening_to_cmp = true
        cmp.event:on('menu_opened', later)
        cmp.event:on('menu_closed', later)
        cmp.register_source('infill_ls', require('infill_ls.cmp').new())
      end
    end),
  })
end

return M
