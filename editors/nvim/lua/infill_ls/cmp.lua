-- A source for nvim-cmp: `sources = { { name = 'infill_ls' } }`. It is registered as soon as nvim-cmp is there.

local item = require('infill_ls.item')

local M = {}

function M.new()
  return setmetatable({}, { __index = M })
end

---@return boolean
function M:is_available()
  return item.is_available(vim.api.nvim_get_current_buf())
end

---@return string[]
function M:get_trigger_characters()
  return item.TRIGGERS
end

---@return string
function M:get_position_encoding_kind()
  return 'utf-8'
end

---@param params { context: { bufnr: integer } }
---@param done fun(response: table)
function M:complete(params, done)
  item.get(params.context.bufnr, 'utf-8', function(items)
    done({ items = items, isIncomplete = true })
  end)
end

---@param taken lsp.CompletionItem
---@param done fun(item: lsp.CompletionItem)
function M:execute(taken, done)
  item.taken(taken)
  done(taken)
end

return M
