-- Whose colours ghost text has: the user's, then the colour scheme's, then those of comments.

local colour = require('infill_ls.colour')

local function highlight(name)
  return vim.api.nvim_get_hl(0, { name = name })
end

local function start(scheme)
  vim.cmd('highlight clear InfillLsGhost')
  vim.cmd.colorscheme(scheme)
  colour.keep()
end

return {
  ["comments' colour, where it can be seen"] = function()
    start('zaibatsu')
    assert(highlight('InfillLsGhost').link == 'Comment')
  end,
  ['grey in terminals without true colours, too'] = function()
    start('default')
    assert(highlight('InfillLsGhost').ctermfg == 245)
    assert(highlight('InfillLsGhost').fg == vim.api.nvim_get_hl(0, { name = 'Comment', link = false }).fg)
  end,
  ['a colour scheme that is chosen later'] = function()
    start('default')
    vim.cmd.colorscheme('zaibatsu')
    assert(highlight('InfillLsGhost').link == 'Comment')
  end,
  ["the user's own colour is left alone"] = function()
    start('zaibatsu')
    vim.api.nvim_set_hl(0, 'InfillLsGhost', { ctermfg = 5 })
    vim.cmd.doautocmd('ColorScheme')
    assert(highlight('InfillLsGhost').ctermfg == 5)
    start('default')
    vim.api.nvim_create_autocmd('ColorScheme', {
      callback = function()
        vim.api.nvim_set_hl(0, 'InfillLsGhost', { link = 'WarningMsg' })
      end,
    })
    vim.cmd.colorscheme('zaibatsu')
    assert(highlight('InfillLsGhost').link == 'WarningMsg')
    vim.api.nvim_clear_autocmds({ event = 'ColorScheme' })
  end,
  ["Neovim's own ghost text is left alone unless it is chosen, and too faint"] = function()
    if vim.fn.has('nvim-0.12') == 0 then
      return
    end
    start('default')
    local before = highlight('ComplHint')
    colour.apply()
    assert(vim.deep_equal(highlight('ComplHint'), before))
    vim.g.infill_ls = { ghost_text = 'native' }
    colour.apply()
    assert(highlight('ComplHint').link == 'InfillLsGhost')
    vim.api.nvim_set_hl(0, 'ComplHint', { fg = 0xeeeeee, ctermfg = 3 })
    colour.apply()
    assert(highlight('ComplHint').fg == 0xeeeeee)
    vim.g.infill_ls = nil
  end,
}
