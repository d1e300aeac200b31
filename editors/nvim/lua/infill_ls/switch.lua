-- Switches suggestions on and off: in a buffer, for all that a server serves, everywhere, and for a while.

local client_of = require('infill_ls.client')

local M = {}

local MINUTES = 5

local is_off_everywhere = false
---@type table<integer, boolean> by client: whether it has been told
local told = {}
---@type uv.uv_timer_t?
local timer

---@param bufnr integer
---@param on? boolean
local function in_buffer(bufnr, on)
  if on == nil then
    on = vim.b[bufnr].infill_ls == false
  end
  vim.b[bufnr].infill_ls = on
  require('infill_ls')._switched(bufnr)
  client_of.changed()
  client_of.tell(('infill-ls: %s in this buffer'):format(on and 'on' or 'off'))
end

---@param on? boolean
local function in_project(on)
  local client = client_of.of()
  if not client then
    client_of.tell(client_of.absence(), vim.log.levels.WARN)
    return
  end
  require('infill_ls').dismiss()
  client_of.execute(client, 'infill-ls.toggle', { on }, function(state)
    client_of.tell('infill-ls: ' .. (state and 'on' or 'off'))
  end)
end

local function wake()
  if timer and not timer:is_closing() then
    timer:stop()
    timer:close()
  end
  timer = nil
end

---@param on boolean
local function set_everywhere(on)
  wake()
  is_off_everywhere = not on
  require('infill_ls').dismiss()
  for _, client in ipairs(vim.lsp.get_clients({ name = 'infill_ls' })) do
    client_of.execute(client, 'infill-ls.toggle', { on })
  end
end

---@param on? boolean
local function everywhere(on)
  if on == nil then
    on = is_off_everywhere
  end
  set_everywhere(on)
  client_of.tell(('infill-ls: %s everywhere'):format(on and 'on' or 'off'))
end

---@param on? boolean by default the other state
---@param where 'project'|'buffer'|'everywhere'
function M.toggle(on, where)
  if where == 'buffer' then
    in_buffer(vim.api.nvim_get_current_buf(), on)
  elseif where == 'everywhere' then
    everywhere(on)
  else
    in_project(on)
  end
end

---Off everywhere, and on again after so many minutes.
---@param minutes? number
function M.snooze(minutes)
  local seconds = 60 * (minutes or MINUTES)
  set_everywhere(false)
  timer = vim.defer_fn(function()
    everywhere(true)
  end, math.floor(1000 * seconds))
  client_of.tell('infill-ls: off until ' .. os.date('%H:%M', os.time() + math.ceil(seconds)))
end

---A server that is started while suggestions are off everywhere is to know.
---@param client vim.lsp.Client
function M.attached(client)
  if is_off_everywhere and not told[client.id] then
    client_of.execute(client, 'infill-ls.toggle', { false })
  end
  told[client.id] = true
end

return M
