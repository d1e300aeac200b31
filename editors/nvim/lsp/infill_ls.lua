-- What `vim.lsp.enable('infill_ls')` starts (Neovim 0.11 and newer).

-- A folder that a plugin manager appends to the runtimepath has its plugin/ passed over.
vim.cmd.runtime('plugin/infill_ls.lua')

local client = require('infill_ls.client')
client.look_for_program()
return client.config()
