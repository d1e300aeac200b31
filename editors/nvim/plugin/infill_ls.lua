-- Commands, and what happens when the server is attached to a buffer. Loads nothing else until then.

if vim.g.loaded_infill_ls or vim.fn.has('nvim-0.10') == 0 then
  return
end
vim.g.loaded_infill_ls = true

local group = vim.api.nvim_create_augroup('infill_ls', {})

-- Neovim's default colours have no grey for terminals without true colours: there, a suggestion would look like text.
local function colour()
  local grey = vim.api.nvim_get_hl(0, { name = 'NonText', link = false })
  grey.ctermfg = grey.ctermfg or 8
  vim.api.nvim_set_hl(0, 'InfillLsGhost', vim.tbl_extend('force', grey, { default = true }))
  local native = vim.api.nvim_get_hl(0, { name = 'ComplHint', link = false, create = false })
  if native.fg and not native.ctermfg then
    native.ctermfg = 8
    vim.api.nvim_set_hl(0, 'ComplHint', native)
  end
end
colour()
vim.api.nvim_create_autocmd('ColorScheme', { group = group, callback = colour })

---@param name string
---@param act fun(client: vim.lsp.Client, bufnr: integer)
local function on(name, act)
  vim.api.nvim_create_autocmd(name, {
    group = group,
    desc = 'infill-ls',
    callback = function(event)
      local client = vim.lsp.get_client_by_id(event.data.client_id)
      if client and client.name == 'infill_ls' then
        act(client, event.buf)
      end
    end,
  })
end

on('LspAttach', function(client, bufnr)
  require('infill_ls').attach(client, bufnr)
end)
on('LspDetach', function(client, bufnr)
  require('infill_ls').detach(client, bufnr)
end)

local command = vim.api.nvim_create_user_command
command('InfillWhy', function()
  require('infill_ls.reports').why()
end, { desc = 'Why the last completions of this buffer were shown or not' })
command('InfillPrompt', function()
  require('infill_ls.reports').prompt()
end, { desc = 'What would be sent for the place of the cursor' })
command('InfillToggle', function()
  require('infill_ls').toggle()
end, { desc = 'Switch completions on or off' })
