-- Completion menus, of Neovim itself, nvim-cmp and blink.cmp: while one is open, no ghost text is shown.

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

local listening_to_cmp = false

---Call `changed` whenever a menu may have been opened or closed.
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
      end
    end),
  })
end

return M
