-- Puts a suggestion, or a part of it, into the buffer.

local text = require('infill_ls.text')

local M = {}

---@class infill_ls.Suggestion
---@field row integer from 0
---@field col integer byte of the line at which the text goes in, from 0
---@field text string
---@field replaces integer bytes after `col` that the text replaces
---@field behind integer[] for each of them, how many bytes of the text come from where it says that one again
---@field command? lsp.Command to be executed when it was accepted

---Insert a unit of the suggestion and put the cursor behind it. An undo takes back this and nothing else.
---@param bufnr integer shown in the current window
---@param suggestion infill_ls.Suggestion
---@param unit 'all'|'word'|'line'
---@return infill_ls.Suggestion? rest what is left of it, in its new place
function M.put(bufnr, suggestion, unit)
  local row, col = suggestion.row, suggestion.col
  local part = text.take(suggestion.text, unit)
  local rest = suggestion.text:sub(#part + 1)
  local line = vim.api.nvim_buf_get_lines(bufnr, row, row + 1, true)[1]
  local replaced = line:sub(col + 1, col + suggestion.replaces)
  local taken = rest == '' and #replaced or #vim.tbl_filter(function(bytes)
    return bytes > #rest
  end, suggestion.behind)

  -- Setting it, if only to what it is, ends the running undo block.
  vim.bo[bufnr].undolevels = vim.bo[bufnr].undolevels
  local lines = vim.split(part, '\n', { plain = true })
  vim.api.nvim_buf_set_text(bufnr, row, col, row, col + taken, lines)
  local end_row, end_col = row + #lines - 1, #lines[#lines] + (#lines == 1 and col or 0)
  vim.api.nvim_win_set_cursor(0, { end_row + 1, end_col })
  if vim.fn.pumvisible() == 1 then
    -- Neovim's own menu would stay, for text that has changed under it.
    vim.api.nvim_feedkeys(vim.keycode('<C-x><C-z>'), 'ni', false)
  end
  if rest == '' then
    return nil
  end
  local behind = vim.list_slice(suggestion.behind, taken + 1)
  return { row = end_row, col = end_col, text = rest, replaces = #replaced - taken, behind = behind }
end

return M
