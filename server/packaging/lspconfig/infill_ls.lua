---@brief
---
--- @REPOSITORY@
---
--- infill-ls completes code at the cursor: from the project's own code with no key and no network, with Qwen-Coder on
--- Alibaba Model Studio, or with your own OpenAI-compatible server. Neovim 0.12 shows its suggestions as ghost text:
---
--- ```lua
--- vim.lsp.enable('infill_ls')
--- vim.lsp.inline_completion.enable()
--- vim.keymap.set('i', '<Tab>', function()
---   return vim.lsp.inline_completion.get() and '' or '<Tab>'
--- end, { expr = true })
--- ```
---
--- The project's own plugin adds word-wise acceptance, commands, and ghost text in older versions.

---@type vim.lsp.Config
return {
  cmd = { 'infill-ls', '--stdio' },
  root_markers = { '.git' },
}
