-- A source for blink.cmp: `providers = { infill_ls = { name = 'infill-ls', module = 'infill_ls.blink', async = true } }`.

local item = require('infill_ls.item')

local M = {}
M.__index = M

function M.new()
  return setmetatable({}, M)
end

---@return boolean
function M:enabled()
  return item.is_available(vim.api.nvim_get_current_buf())
end

---@return string[]
function M:get_trigger_characters()
  return item.TRIGGERS
end

---blink.cmp takes positions in UTF-8, as Neovim has them.
---@param context { bufnr: integer }
---@param done fun(response: table)
function M:get_completions(context, done)
  item.get(context.bufnr, 'utf-8', function(items)
    done({ items = items, is_incomplete_forward = true, is_incomplete_backward = true })
  end)
end

---@param context table
---@param taken lsp.CompletionItem
---@param done fun()
---@param default fun(context: table, item: lsp.CompletionItem)
function M:execute(context, taken, done, default)
  default(context, taken)
  item.taken(taken)
  done()
end

return M
