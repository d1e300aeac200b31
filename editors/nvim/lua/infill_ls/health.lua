-- `:checkhealth infill_ls`.

local client_of = require('infill_ls.client')
local options = require('infill_ls.options')

local M = {}

local LONGEST_MS = 30000

---@param words string[]
---@return vim.SystemCompleted?
local function run(words)
  local fine, ended = pcall(function()
    return vim.system(words, { text = true }):wait(LONGEST_MS)
  end)
  return fine and ended or nil
end

local function check_program()
  local program = options.cmd()[1]
  if vim.fn.executable(program) == 0 then
    vim.health.error(('`%s` is not on the search path'):format(program), {
      "In your clone of infill-ls: `uv tool install '.[syntax]'`, or `pipx install '.[syntax]'`.",
      "Or give its command: vim.g.infill_ls = { cmd = { '/path/to/infill-ls', '--stdio' } }",
    })
    return false
  end
  local ended = run(options.program('--version'))
  if not ended or ended.code ~= 0 then
    vim.health.error(('`%s --version` fails'):format(program), ended and { ended.stderr } or nil)
    return false
  end
  vim.health.ok(('%s: %s'):format(vim.fn.exepath(program), vim.trim(ended.stdout)))
  return true
end

local function check_editor()
  local by = options.ghost_text()
  local who = { native = 'Neovim itself', plugin = 'this plugin' }
  vim.health.ok(('Neovim %s; ghost text is shown by %s'):format(tostring(vim.version()), who[by] or 'nobody'))
  local clients = vim.lsp.get_clients({ name = 'infill_ls' })
  if #clients == 0 then
    vim.health.warn('the server does not run', { "Call require('infill_ls').enable() in init.lua, and open a file." })
  end
  for _, client in ipairs(clients) do
    local status = client_of.status(client)
    local state = status and (status.message ~= '' and status.message or status.kind) or 'no word of it yet'
    local say = status and (status.kind == 'error' or status.kind == 'warning') and vim.health.warn or vim.health.ok
    local named = status and status.model ~= '' and status.model ~= 'local'
    local asked = status and named and 'model ' .. status.model or 'the embedded engine'
    say(('client %d, %s: %s'):format(client.id, asked, state))
  end
  for _, message in ipairs(client_of.told) do
    vim.health.info('said: ' .. message)
  end
end

---@return table[]? checks
---@return string[]? why there are none
local function by_program()
  local ended = run(options.program('doctor', '--json'))
  local fine, checks = pcall(vim.json.decode, ended and ended.stdout or '')
  return fine and checks or nil, ended and { ended.stderr } or nil
end

---What the running server finds, whose settings are those of `vim.g.infill_ls`, too.
---@param client vim.lsp.Client
---@return table[]? checks
---@return string[]? why there are none
local function by_server(client)
  local params = { command = 'infill-ls.doctor', arguments = {} }
  local answer, failure
  if vim.fn.has('nvim-0.11') == 1 then
    answer, failure = client:request_sync('workspace/executeCommand', params, LONGEST_MS)
  else
    answer, failure = client.request_sync('workspace/executeCommand', params, LONGEST_MS) ---@diagnostic disable-line
  end
  return answer and answer.result or nil, { failure or (answer and answer.err and answer.err.message) }
end

---What the doctor finds, which makes one live completion where a model is set.
local function check_service()
  local client = vim.lsp.get_clients({ name = 'infill_ls' })[1]
  local checks, why
  if client then
    checks, why = by_server(client)
  else
    checks, why = by_program()
  end
  if not checks then
    vim.health.error('`infill-ls doctor` gives no answer', why)
    return
  end
  for _, check in ipairs(checks) do
    local say = check.ok and vim.health.ok or vim.health.error
    say(('%s: %s'):format(check.name, check.sentence))
  end
  if not client then
    vim.health.info('The server does not run, so those of `vim.g.infill_ls` are not among these settings: open a file.')
  end
end

function M.check()
  vim.health.start('infill-ls in Neovim')
  local found = check_program()
  check_editor()
  if found then
    vim.health.start('infill-ls doctor')
    check_service()
  end
end

return M
