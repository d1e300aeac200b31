-- `:Infill`: what it does for each word, and which words there are.

local client_of = require('infill_ls.client')

local M = {}

---@class infill_ls.Command
---@field says string what it does, for those who choose from a list
---@field words? string[] what may follow
---@field takes? string what else may follow, where that is no list
---@field run fun(word?: string)

local ORDER = { 'toggle', 'snooze', 'deep', 'why', 'prompt', 'setup', 'doctor', 'usage', 'log', 'restart' }

---@type table<string, infill_ls.Command>
local COMMANDS = {
  toggle = {
    says = 'Suggestions on or off: in this project, this buffer, or everywhere',
    words = { 'project', 'buffer', 'everywhere' },
    run = function(where)
      require('infill_ls').toggle(nil, where)
    end,
  },
  snooze = {
    says = 'No suggestions for that many minutes (5)',
    words = { '5', '15', '60' },
    run = function(minutes)
      require('infill_ls').snooze(tonumber(minutes))
    end,
  },
  deep = {
    says = 'A suggestion for which the model may look things up in the project',
    run = function()
      require('infill_ls').deep()
    end,
  },
  why = {
    says = 'Why the last suggestions of this file were shown or not',
    run = function()
      require('infill_ls.reports').why()
    end,
  },
  prompt = {
    says = 'Exactly what would be sent for this place',
    run = function()
      require('infill_ls.reports').prompt()
    end,
  },
  setup = {
    says = 'Find the engines on this machine and set one up',
    takes = 'takes an address such as http://gpu:8080',
    run = function(address)
      require('infill_ls.setup').run(address)
    end,
  },
  doctor = {
    says = 'What is wrong, if anything is, and what to do about it',
    run = function()
      vim.cmd('checkhealth infill_ls')
    end,
  },
  usage = {
    says = 'What the models were asked for, by day',
    run = function()
      require('infill_ls.reports').usage()
    end,
  },
  log = {
    says = "Open the log, which is that of all of Neovim's language servers",
    run = function()
      require('infill_ls.reports').log()
    end,
  },
  restart = {
    says = 'Start the server anew',
    run = function()
      client_of.restart()
    end,
  },
}

local function choose()
  vim.ui.select(ORDER, {
    prompt = 'infill-ls',
    format_item = function(name)
      return ('%-8s %s'):format(name, COMMANDS[name].says)
    end,
  }, function(name)
    if name then
      COMMANDS[name].run()
    end
  end)
end

---@param command infill_ls.Command
---@param name string
---@param word? string
---@return boolean
local function takes(command, name, word)
  if word == nil then
    return true
  end
  if name == 'setup' then
    return word:find('^https?://') ~= nil
  end
  return name == 'snooze' and (tonumber(word) or 0) > 0 or vim.tbl_contains(command.words or {}, word)
end

---@param words string[] what was typed after `:Infill`
function M.run(words)
  local name, word = words[1], words[2]
  if not name then
    choose()
    return
  end
  local command = COMMANDS[name]
  if not command then
    local known = table.concat(ORDER, ', ')
    client_of.tell(('`:Infill` takes %s; not %s'):format(known, name), vim.log.levels.ERROR)
  elseif #words > 2 or not takes(command, name, word) then
    local known = command.words and 'takes one of ' .. table.concat(command.words, ', ')
      or command.takes
      or 'takes no further word'
    client_of.tell(('infill-ls: `:Infill %s` %s'):format(name, known), vim.log.levels.ERROR)
  else
    command.run(word)
  end
end

---What may come next on the command line.
---@param lead string what of it stands there already
---@param line string all that stands before the cursor
---@return string[]
function M.complete(lead, line)
  local words = vim.split(vim.trim(line:sub(1, #line - #lead)), '%s+')
  local after = words[#words]
  local known = #words == 2 and COMMANDS[after] and COMMANDS[after].words or (#words == 1 and ORDER or {})
  return vim.tbl_filter(function(word)
    return vim.startswith(word, lead)
  end, known)
end

return M
