-- What is done in a buffer when something happens there, for as long as its group of autocommands lives.

local M = {}

---@param group integer
---@param bufnr integer
---@return fun(events: string[], act: fun(bufnr: integer)) on
function M.of(group, bufnr)
  return function(events, act)
    vim.api.nvim_create_autocmd(events, {
      group = group,
      buffer = bufnr,
      callback = function()
        act(bufnr)
      end,
    })
  end
end

return M
