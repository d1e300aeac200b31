-- What `vim.lsp.enable('infill_ls')` starts (Neovim 0.11 and newer).

return require('infill_ls.client').config()
