-- The server as a client of Neovim: how it is started, what it says of itself, and that it is started again.

local options = require('infill_ls.options')

local M = {}

-- A server that ends by itself more often than so many times in so many seconds is left alone.
local MOST_RESTARTS, IN_SECONDS = 3, 60

---@class infill_ls.Status what the server says of itself, by `infill-ls/status`
---@field busy boolean
---@field kind 'normal'|'warning'|'error'|'inactive'
---@field message string
---@field model string

---@type table<integer, infill_ls.Status> by client
local statuses = {}
---@type table<integer, table<integer, boolean>> buffers by client; Neovim forgets them when a client ends
local buffers = {}
---@type integer[] seconds at which servers were started again
local restarts = {}
---@type table<integer, boolean> by client: whether it ends because the user wants another
local ends_for_another = {}
local ENDS_IN_MS = 3000
local is_missing = false
local NOT_FOUND = 'infill-ls: `%s` was not found; see :checkhealth infill_ls'

local LEVELS = { vim.log.levels.ERROR, vim.log.levels.WARN, vim.log.levels.INFO, vim.log.levels.DEBUG }

---@type string[] what the user was told last, whole
M.told = {}
local KEPT = 10

---Tell the user something. Neovim's own messages must fit on a line, or the next key of whoever is typing is lost to
---the prompt below them; the whole text is in `:checkhealth infill_ls`.
---@param message string
---@param level? integer of `vim.log.levels`
function M.tell(message, level)
  message = message:gsub('%s+', ' '):gsub(vim.pesc(vim.fn.expand('~') .. '/'), '~/')
  table.insert(M.told, message)
  if #M.told > KEPT then
    table.remove(M.told, 1)
  end
  -- What Neovim brings along has no file, or one of its own, by version.
  local source = debug.getinfo(vim.notify, 'S').source
  local is_builtin = not vim.startswith(source, '@') or source:find('vim/_', 1, true)
  if is_builtin and vim.fn.strdisplaywidth(message) > vim.v.echospace then
    local more = ' … :checkhealth infill_ls'
    local room = vim.v.echospace - vim.fn.strdisplaywidth(more)
    message = vim.fn.strcharpart(message, 0, math.max(room, 0)) .. more
  end
  if is_builtin then
    -- Or it would stand below what was said just before, with the same prompt.
    vim.cmd.redraw()
  end
  vim.notify(message, level)
end

---Why no server is attached to a buffer, with what to do about it, short enough for a line of 80 columns.
---@param bufnr? integer by default the current one
---@return string
function M.absence(bufnr)
  local settings = vim.bo[bufnr or 0]
  if settings.buftype ~= '' then
    return 'infill-ls: this window shows no file; go to one that does'
  elseif settings.filetype == '' then
    return 'infill-ls: no file type here, so no server: try `:setfiletype text`'
  elseif is_missing then
    return NOT_FOUND:format(options.cmd()[1])
  end
  return 'infill-ls: no server runs in this buffer; see :checkhealth infill_ls'
end

---The state has changed, for the status line and whoever listens.
---@param status? infill_ls.Status by default that of the current buffer's server
function M.changed(status)
  local client = M.of()
  status = status or client and statuses[client.id]
  vim.api.nvim_exec_autocmds('User', { pattern = 'InfillLsStatus', data = status })
  vim.cmd.redrawstatus({ bang = true })
end

---Whether there is the program that a command starts; tells the user once if there is not, as Neovim does not.
---@param cmd any
---@return boolean
local function is_there(cmd)
  if type(cmd) ~= 'table' or vim.fn.executable(cmd[1]) == 1 then
    return true
  end
  if not is_missing then
    is_missing = true
    M.tell(NOT_FOUND:format(cmd[1]), vim.log.levels.WARN)
  end
  return false
end

---Look for the program when the first file is opened.
function M.look_for_program()
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('infill_ls.program', {}),
    callback = function(event)
      if vim.bo[event.buf].buftype ~= '' then
        return false
      end
      -- Users may have set another command by `vim.lsp.config`.
      vim.schedule(function()
        is_there(vim.lsp.config.infill_ls.cmd)
      end)
      return true
    end,
  })
end

---@return vim.lsp.ClientConfig
function M.config()
  local config = {
    name = 'infill_ls',
    cmd = options.cmd(),
    root_markers = { '.git' },
    init_options = options.settings(),
    handlers = {
      ['infill-ls/status'] = function(_, status, context)
        statuses[context.client_id] = status
        M.changed(status)
      end,
      ['window/showMessage'] = function(_, result)
        M.tell(result.message, LEVELS[result.type])
      end,
    },
    on_exit = M._ended,
  }
  if vim.fn.has('nvim-0.12') == 0 then
    -- Neovim does not know it yet; this plugin does.
    config.capabilities = vim.lsp.protocol.make_client_capabilities()
    config.capabilities.textDocument.inlineCompletion = { dynamicRegistration = false }
  end
  return config
end

---Start the server in a buffer, as `vim.lsp.enable` does from Neovim 0.11 on.
---@param bufnr integer
function M.start(bufnr)
  if vim.bo[bufnr].buftype ~= '' then
    return
  end
  local config = M.config()
  config.root_dir = vim.fs.root(bufnr, config.root_markers)
  if is_there(config.cmd) then
    vim.lsp.start(config, { bufnr = bufnr })
  end
end

---@param client vim.lsp.Client
---@param bufnr integer
function M.attached(client, bufnr)
  buffers[client.id] = buffers[client.id] or {}
  buffers[client.id][bufnr] = true
end

---@class infill_ls.Stepping the request whose steps are shown
---@field token integer|string
---@field bufnr integer

---@type infill_ls.Stepping?
local stepping
local STEPS = vim.api.nvim_create_namespace('infill_ls.steps')

---@param params { token: integer|string, value: any }
local function step(params)
  local value = params.value
  if type(value) ~= 'table' then
    return
  end
  -- How far the reading of the project is, has a title of its own, and nobody has asked for it.
  if value.kind == 'begin' and value.title == 'infill-ls' then
    stepping = { token = params.token, bufnr = vim.api.nvim_get_current_buf() }
  end
  if not stepping or stepping.token ~= params.token then
    return
  end
  local bufnr = stepping.bufnr
  if vim.api.nvim_buf_is_valid(bufnr) then
    vim.api.nvim_buf_clear_namespace(bufnr, STEPS, 0, -1)
    if value.message and bufnr == vim.api.nvim_get_current_buf() then
      vim.api.nvim_buf_set_extmark(bufnr, STEPS, vim.api.nvim_win_get_cursor(0)[1] - 1, 0, {
        virt_text = { { '  ' .. value.message .. ' …', 'NonText' } },
        virt_text_pos = 'eol',
      })
    end
  end
  if value.kind == 'end' then
    stepping = nil
  end
end

---Show behind the cursor's line what a model looks up for a suggestion, step by step.
function M.show_steps()
  vim.api.nvim_create_autocmd('LspProgress', {
    group = vim.api.nvim_create_augroup('infill_ls.steps', {}),
    callback = function(event)
      local client = vim.lsp.get_client_by_id(event.data.client_id)
      if client and client.name == 'infill_ls' and event.data.params then
        step(event.data.params)
      end
    end,
  })
end

---The server of a buffer.
---@param bufnr? integer by default the current one
---@return vim.lsp.Client?
function M.of(bufnr)
  return vim.lsp.get_clients({ name = 'infill_ls', bufnr = bufnr or 0 })[1]
end

---@param client vim.lsp.Client
---@return infill_ls.Status?
function M.status(client)
  return statuses[client.id]
end

---Send a request; gives its id, where it could be sent.
---@param client vim.lsp.Client
---@param method string
---@param params table
---@param handler lsp.Handler
---@param bufnr integer
---@return integer?
function M.request(client, method, params, handler, bufnr)
  local sent, id
  if vim.fn.has('nvim-0.11') == 1 then
    sent, id = client:request(method, params, handler, bufnr)
  else
    sent, id = client.request(method, params, handler, bufnr)
  end
  return sent and id or nil
end

---@param client vim.lsp.Client
---@param id integer
function M.cancel(client, id)
  if vim.fn.has('nvim-0.11') == 1 then
    client:cancel_request(id)
  else
    client.cancel_request(id)
  end
end

---@param client vim.lsp.Client
---@param force? boolean
function M.stop(client, force)
  if client:is_stopped() then
    return
  elseif vim.fn.has('nvim-0.11') == 1 then
    client:stop(force)
  else
    client.stop(force)
  end
end

---Run one of the server's commands.
---@param client vim.lsp.Client
---@param name string
---@param arguments any[]
---@param done? fun(result: any) called with what it gave, unless it failed
function M.execute(client, name, arguments, done)
  local params = { command = name, arguments = arguments }
  M.request(client, 'workspace/executeCommand', params, function(err, result)
    if err then
      M.tell('infill-ls: ' .. err.message, vim.log.levels.ERROR)
    elseif done then
      done(result)
    end
  end, vim.api.nvim_get_current_buf())
end

---A server has ended. Neovim itself tells the user of it; if it was not asked to end, it is started again.
---@param code integer
---@param signal integer
---@param id integer
function M._ended(code, signal, id)
  local client = vim.lsp.get_client_by_id(id)
  statuses[id] = nil
  vim.schedule(function()
    local mine = buffers[id] or {}
    buffers[id] = nil
    local wanted = code == 0 and (signal == 0 or signal == 15)
    local again = ends_for_another[id] or (not wanted and vim.v.exiting == vim.NIL and M._may_restart(os.time()))
    ends_for_another[id] = nil
    if client and again then
      M._start_again(client, mine)
    end
  end)
end

---@param client vim.lsp.Client that has ended
---@param bufnrs table<integer, boolean>
function M._start_again(client, bufnrs)
  for bufnr in pairs(bufnrs) do
    if vim.api.nvim_buf_is_loaded(bufnr) then
      vim.lsp.start(client.config, {
        bufnr = bufnr,
        reuse_client = function(other, config)
          return other.id ~= client.id and other.name == config.name and other.config.root_dir == config.root_dir
        end,
      })
    end
  end
end

---End all servers, and start another in place of each.
function M.restart()
  local clients = vim.lsp.get_clients({ name = 'infill_ls' })
  for _, client in ipairs(clients) do
    ends_for_another[client.id] = true
    M.stop(client)
    vim.defer_fn(function()
      M.stop(client, true)
    end, ENDS_IN_MS)
  end
  M.tell(#clients > 0 and 'infill-ls: starting again' or 'infill-ls: no server is running')
end

---@param now integer seconds
---@return boolean
function M._may_restart(now)
  restarts = vim.tbl_filter(function(at)
    return now - at < IN_SECONDS
  end, restarts)
  if #restarts >= MOST_RESTARTS then
    M.tell('infill-ls: the server keeps ending; see :checkhealth infill_ls', vim.log.levels.ERROR)
    return false
  end
  table.insert(restarts, now)
  return true
end

return M
