-- A suggestion can be told from text, also where a terminal has no true colours.

---Load the plugin anew, in Neovim's own colours or in others.
local function load(scheme)
  vim.g.loaded_infill_ls = nil
  vim.cmd.runtime('plugin/infill_ls.lua')
  vim.cmd.colorscheme(scheme)
end

local function highlight(name)
  return vim.api.nvim_get_hl(0, { name = name, link = false })
end

return {
  ['grey in every terminal'] = function()
    load('default')
    local text = highlight('NonText')
    assert(highlight('InfillLsGhost').ctermfg == 8)
    assert(highlight('InfillLsGhost').fg == text.fg)
    if vim.fn.has('nvim-0.12') == 1 then
      assert(highlight('ComplHint').ctermfg == 8)
      assert(highlight('ComplHint').fg == text.fg)
    end
  end,
  ['the colours of others are left alone'] = function()
    load('habamax')
    assert(highlight('InfillLsGhost').ctermfg == highlight('NonText').ctermfg)
    vim.api.nvim_set_hl(0, 'InfillLsGhost', { ctermfg = 5 })
    vim.cmd.doautocmd('ColorScheme')
    assert(highlight('InfillLsGhost').ctermfg == 5)
  end,
}
