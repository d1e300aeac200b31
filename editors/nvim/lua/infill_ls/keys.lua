-- Keys of insert and normal mode. Where there is nothing to do for one, it does what it did before.

local options = require('infill_ls.options')

local M = {}

local MARK = 'infill-ls: '

---What the key did before, as a mapping of its own.
---@param key string
---@param name string
---@param mode 'i'|'n'
---@return string
local function former(key, name, mode)
  local plug = ('<Plug>(infill-ls-former-%s)'):format(name)
  local before = vim.fn.maparg(key, mode, false, true)
  if vim.tbl_isempty(before) then
    vim.keymap.set(mode, plug, key, { buffer = true })
  else
    local place = { lhs = plug, buffer = 1, lhsraw = vim.api.nvim_replace_termcodes(plug, true, true, true) }
    before.lhsrawalt = nil
    vim.fn.mapset(mode, false, vim.tbl_extend('force', before, place))
  end
  return vim.api.nvim_replace_termcodes(plug, true, true, true)
end

---@param mode 'i'|'n'
---@param keys infill_ls.Keys
---@param actions table<string, fun(): boolean>
local function map(mode, keys, actions)
  for name, key in pairs(keys) do
    if key then
      local fallback = former(key, name, mode)
      vim.keymap.set(mode, key, function()
        if not actions[name]() then
          vim.api.nvim_feedkeys(fallback, 'mi', false)
        end
      end, { buffer = true, desc = MARK .. name:gsub('_', ' ') })
    end
  end
end

---Map the keys in the current buffer, once: a plugin may have mapped them over since, and falls back to these.
---@param actions table<string, fun(): boolean> by the names of `infill_ls.Keys`; each says whether it did something
function M.map(actions)
  if not vim.b.infill_ls_keys then
    vim.b.infill_ls_keys = true
    map('i', options.keys(), actions)
  end
end

---The same for normal mode.
---@param actions table<string, fun(): boolean>
function M.map_normal(actions)
  if not vim.b.infill_ls_normal_keys then
    vim.b.infill_ls_normal_keys = true
    map('n', options.normal_keys(), actions)
  end
end

return M
