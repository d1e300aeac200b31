-- `:Infill why`, `prompt`, `usage` and `log`: what the server says, in a window to read.

local client_of = require('infill_ls.client')
local options = require('infill_ls.options')
local text = require('infill_ls.text')

local M = {}

---@param name string
---@param lines string[]
---@param filetype string
local function open(name, lines, filetype)
  vim.cmd('botright new')
  local bufnr = vim.api.nvim_get_current_buf()
  vim.bo[bufnr].buftype = 'nofile'
  vim.bo[bufnr].bufhidden = 'wipe'
  vim.bo[bufnr].swapfile = false
  -- A prompt is text of the user's, which no completion is wanted in.
  vim.bo[bufnr].filetype = filetype
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, lines)
  vim.bo[bufnr].modifiable = false
  vim.wo.winbar = name
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = bufnr, desc = 'close' })
end

---Lines to read, in a window of their own.
---@param name string
---@param lines string[]
function M.show(name, lines)
  open(name, lines, 'infill_ls')
end

---@param name string
---@param arguments any[]
---@param show fun(result: any)
local function ask(name, arguments, show)
  local client = client_of.of()
  if client then
    client_of.execute(client, name, arguments, show)
  else
    client_of.tell(client_of.absence(), vim.log.levels.WARN)
  end
end

---A record's time, which is in UTC, on the user's clock.
---@param time string
---@return string
local function clock(time)
  local year, month, day, hour, minute, second = time:match('(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)')
  if not year then
    return time
  end
  local utc = { year = year, month = month, day = day, hour = hour, min = minute, sec = second, isdst = false }
  -- `os.time` takes a table for local time, so it is off by what local time is.
  local seconds = os.time(utc)
  local off = os.date('!*t', seconds) --[[@as osdateparam]]
  off.isdst = false
  return os.date('%H:%M:%S', seconds + (seconds - os.time(off))) --[[@as string]]
end

---@param count integer
---@param word string
---@return string
local function counted(count, word)
  return ('%d %s%s'):format(count, word, count == 1 and '' or 's')
end

---One record as a line: when, how it ended, and what it took.
---@param record table
---@param count? integer how many records in a row said the same
---@return string
function M._line(record, count)
  local parts = {}
  if (count or 1) > 1 then
    table.insert(parts, ('%d times'):format(count))
  end
  if record.characters > 0 then
    table.insert(parts, counted(record.lines, 'line'))
    table.insert(parts, counted(record.characters, 'character'))
  end
  if record.tokens.prompt > 0 then
    table.insert(parts, ('%d + %d tokens'):format(record.tokens.prompt, record.tokens.completion))
  end
  table.insert(parts, ('%.0f ms'):format(record.ms.total))
  local by_hand = record.trigger == 'invoked' and 'Asked by hand: ' or ''
  return ('%s  %s%s (%s)'):format(clock(record.time), by_hand, record.sentence, table.concat(parts, ', '))
end

---Records as lines; those that say the same one after the other are one.
---@param records table[]
---@return string[]
function M._lines(records)
  local lines, first, count = {}, records[1], 0
  for _, record in ipairs(records) do
    if record.sentence ~= first.sentence or record.trigger ~= first.trigger then
      table.insert(lines, M._line(first, count))
      first, count = record, 0
    end
    count = count + 1
  end
  table.insert(lines, first and M._line(first, count))
  return lines
end

---Why the last completions of this buffer were shown or not, newest first.
function M.why()
  ask('infill-ls.why', { vim.uri_from_bufnr(0) }, function(records)
    local lines = M._lines(records)
    if #lines == 0 then
      lines = { 'Nothing has been asked for in this buffer yet.' }
    end
    open('Why suggestions were shown or not, newest first', lines, 'infill_ls')
  end)
end

---What the models were asked for, by day, as the program itself shows it.
function M.usage()
  local function show()
    local fine, failure = pcall(vim.system, options.program('usage'), { text = true }, function(ended)
      vim.schedule(function()
        open('Usage', vim.split(vim.trim(ended.stdout .. ended.stderr), '\n', { plain = true }), 'infill_ls')
      end)
    end)
    if not fine then
      client_of.tell('infill-ls: ' .. tostring(failure), vim.log.levels.ERROR)
    end
  end
  local client = client_of.of()
  if client then
    -- It writes what it knows of the last minute first.
    client_of.execute(client, 'infill-ls.usage', {}, show)
  else
    show()
  end
end

---The log of Neovim's language servers, at its end.
function M.log()
  local file = require('vim.lsp.log').get_filename()
  if vim.fn.getfsize(file) <= 0 then
    client_of.tell('infill-ls: nothing has been logged yet, by any of the language servers')
    return
  end
  vim.cmd.split({ file, mods = { split = 'botright' } })
  vim.cmd('normal! G')
end

---@param shown table
---@return string[]
function M._prompt(shown)
  if shown.unsent ~= nil and shown.unsent ~= vim.NIL then
    return { 'Nothing is sent. ' .. shown.unsent }
  end
  local messages = shown.messages or {}
  local lines = { ('# %s, %s, at most %d tokens'):format(shown.model, shown.mode, shown.max_tokens) }
  local function add(part)
    vim.list_extend(lines, vim.split(part, '\n', { plain = true }))
  end
  if #messages > 0 then
    for _, message in ipairs(messages) do
      table.insert(lines, ('# %s%s'):format(message.role, message.partial and ' (to be continued)' or ''))
      add(message.content)
    end
  else
    add(shown.text)
  end
  return lines
end

---What an explicit request at the cursor would send.
function M.prompt()
  local client = client_of.of()
  local encoding = client and client.offset_encoding or 'utf-16'
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  local position = { line = row - 1, character = text.units(vim.api.nvim_get_current_line(), col, encoding) }
  ask('infill-ls.prompt', { vim.uri_from_bufnr(0), position }, function(shown)
    open('What would be sent for this place', M._prompt(shown), 'infill_ls')
  end)
end

return M
