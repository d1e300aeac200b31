-- Commands, and what happens when the server is attached to a buffer. Loads nothing else until then.

if vim.g.loaded_infill_ls or vim.fn.has('nvim-0.10') == 0 then
  return
end
vim.g.loaded_infill_ls = true

local group = vim.api.nvim_create_augroup('infill_ls', {})

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
command('Infill', function(given)
  require('infill_ls.commands').run(given.fargs)
end, {
  nargs = '*',
  desc = 'infill-ls: why, prompt, toggle and others',
  complete = function(lead, line, cursor)
    return require('infill_ls.commands').complete(lead, line:sub(1, cursor))
  end,
})
for name, word in pairs({ InfillWhy = 'why', InfillPrompt = 'prompt', InfillToggle = 'toggle' }) do
  command(name, 'Infill ' .. word, { desc = 'As :Infill ' .. word })
end
