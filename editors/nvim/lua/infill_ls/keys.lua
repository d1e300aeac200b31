-- Keys of insert mode. Where there is no suggestion, a key does what it did before.

local options = require('infill_ls.options')

local M = {}

local MARK = 'infill-ls: '

---What the key did before, as a mapping of its own.
---@param key string
---@param name string
---@return string
local function former(key, name)
  local plug = ('<Plug>(infill-ls-former-%s)'):format(name)
  local before = vim.fn.maparg(key, 'i', false, true)
  if vim.tbl_isempty(before) then
    vim.keymap.set('i', plug, key, { buffer = true })
  else
    local mode = { lhs = plug, buffer = 1, lhsraw = vim.api.nvim_replace_termcodes(plug, true, true, true) }
    before.lhsrawalt = nil
    vim.fn.mapset('i', false, vim.tbl_extend('force', before, mode))
  end
  return vim.api.nvim_replace_termcodes(plug, true, true, true)
end

---Map the keys in the current buffer, once: a plugin may have mapped them over since, and falls back to these.
---@param actions table<string, fun(): boolean> by the names of `infill_ls.Keys`; each says whether it did something
function M.map(actions)
  if vim.b.infill_ls_keys then
    return
  end
  vim.b.infill_ls_keys = true
  for name, key in pairs(options.keys()) do
    if key then
      local fallback = former(key, name)
      vim.keymap.set('i', key, function()
        if not actions[name]() then
          vim.api.nvim_feedkeys(fallback, 'mi', false)
        end
      end, { buffer = true, desc = MARK .. name:gsub('_', ' ') })
    end
  end
end

return M
