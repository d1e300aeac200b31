-- `:Infill setup`: the engines on this machine, and the settings for one of them, which the server writes.

local client_of = require('infill_ls.client')
local reports = require('infill_ls.reports')

local M = {}

local WRITE, LEAVE = 'Write these lines into your settings file, and try them out', 'Leave everything as it is'

---@class infill_ls.Found an engine's model
---@field kind string
---@field address string
---@field model string
---@field fills? boolean

---What was found, for people to read.
---@param answer table what `infill-ls.setup` gives
---@return string[]
function M._lines(answer)
  if answer.install and answer.install ~= vim.NIL then
    return vim.split(answer.install, '\n', { plain = true })
  end
  local lines = {}
  for _, found in ipairs(answer.found) do
    local fills = found.fills == true and 'fills in the middle' or 'may fill in the middle'
    fills = found.fills == false and 'does not fill in the middle' or fills
    table.insert(lines, ('%s at %s: %s, %s'):format(found.kind, found.address, found.model, fills))
  end
  table.insert(lines, '')
  if type(answer.lines) == 'string' then
    vim.list_extend(lines, vim.split(vim.trim(answer.lines), '\n', { plain = true }))
  else
    table.insert(lines, 'None of these was trained to fill in the middle: get one that was, such as qwen2.5-coder.')
  end
  return lines
end

---@param answer table
local function written(answer)
  local lines = {}
  if type(answer.problem) == 'string' then
    table.insert(lines, answer.problem)
  elseif type(answer.written) == 'string' then
    table.insert(lines, 'Written to ' .. answer.written .. '.')
  end
  for _, check in ipairs(answer.checks) do
    table.insert(lines, ('%s  %s: %s'):format(check.ok and 'ok  ' or 'FAIL', check.name, check.sentence))
  end
  reports.show('Set up', lines)
  if type(answer.written) == 'string' then
    client_of.restart()
  end
end

---@param address? string of an engine on another machine
function M.run(address)
  local client = client_of.of() or vim.lsp.get_clients({ name = 'infill_ls' })[1]
  if not client then
    client_of.tell('infill-ls: open a file first, so that the server starts', vim.log.levels.WARN)
    return
  end
  client_of.tell('infill-ls: looking for engines ...')
  client_of.execute(client, 'infill-ls.setup', { { write = false, address = address } }, function(answer)
    local lines = M._lines(answer)
    if type(answer.lines) ~= 'string' then
      reports.show('Set up', lines)
      return
    end
    vim.ui.select({ WRITE, LEAVE }, { prompt = table.concat(lines, '\n') }, function(choice)
      if choice == WRITE then
        client_of.execute(client, 'infill-ls.setup', { { write = true, address = address } }, written)
      end
    end)
  end)
end

return M
