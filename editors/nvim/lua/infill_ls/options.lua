-- What the user has set in `vim.g.infill_ls`. Read when it is needed, so that it may be set at any time before.

---@class infill_ls.Options
---@field settings? infill_ls.Settings the server's settings, in the user's scope
---@field keys? infill_ls.Keys|false keys of insert mode; false for none
---@field ghost_text? 'plugin'|'native'|false who shows suggestions: this plugin, Neovim itself (0.12), or nobody
---@field menu? infill_ls.Menu where ghost text stands while a completion menu is open
---@field cmd? string[] the server's command

---@alias infill_ls.Menu
---| 'below' # as without a menu: at the cursor, further lines below it, where the menu may cover them
---| 'eol' # at the end of the cursor's line, so that nothing moves
---| 'hide' # nowhere

---@class infill_ls.Keys false for no key
---@field accept? string|false the whole suggestion
---@field accept_word? string|false its next word
---@field accept_line? string|false its next line
---@field next? string|false the next candidate
---@field previous? string|false the previous candidate
---@field request? string|false ask for a suggestion here and now
---@field deep? string|false the same, and the model may look things up in the project first
---@field dismiss? string|false
---@field next_edit? string|false in insert and normal mode: go to the next edit or, on its line, make it
---@field next_edit_normal? string|false the same in normal mode alone
---@field next_edit_everywhere? string|false in normal mode: make it at all of its places
---@field dismiss_normal? string|false in normal mode: take it away

local M = {}

---@type infill_ls.Keys
local KEYS = {
  accept = '<Tab>',
  accept_word = '<M-Right>',
  accept_line = '<M-C-Right>',
  next = '<M-]>',
  previous = '<M-[>',
  request = '<M-\\>',
  deep = '<M-Bar>',
  dismiss = '<C-]>',
  next_edit = '<M-n>',
}

---Those of normal mode.
---@type table<string, string>
local NORMAL_KEYS = {
  next_edit = '<M-n>',
  next_edit_normal = '<Tab>',
  next_edit_everywhere = '<M-N>',
  dismiss_normal = '<Esc>',
}

---@return infill_ls.Options
local function given()
  local options = vim.g.infill_ls
  return type(options) == 'table' and options or {}
end

---@param defaults infill_ls.Keys
---@return infill_ls.Keys those of the defaults that the user has not set otherwise
local function keys_of(defaults)
  local keys = given().keys
  local mine = {}
  for name, key in pairs(keys == false and {} or defaults) do
    mine[name] = keys and keys[name] ~= nil and keys[name] or key
    if keys and keys[name] == false then
      mine[name] = false
    end
  end
  return mine
end

---Keys of insert mode.
---@return infill_ls.Keys
function M.keys()
  return keys_of(KEYS)
end

---@return infill_ls.Keys
function M.normal_keys()
  return keys_of(NORMAL_KEYS)
end

---Who shows what the server sends.
---@return 'native'|'plugin'|false
function M.ghost_text()
  local wanted = given().ghost_text
  if wanted == false then
    return false
  end
  return wanted == 'native' and vim.fn.has('nvim-0.12') == 1 and 'native' or 'plugin'
end

---@return infill_ls.Menu
function M.menu()
  return given().menu or 'below'
end

---The command, which says that the settings it is sent are the user's own: they come from `vim.g.infill_ls`, to which
---no repository can write.
---@return string[]
function M.cmd()
  local cmd = vim.list_extend({}, given().cmd or { 'infill-ls', '--stdio' })
  return vim.list_contains(cmd, '--trust-editor') and cmd or vim.list_extend(cmd, { '--trust-editor' })
end

---The command of another of the program's jobs.
---@param ... string
---@return string[]
function M.program(...)
  local words = {}
  for _, word in ipairs(M.cmd()) do
    if vim.list_contains({ '--stdio', '--trust-editor', 'serve' }, word) then
      break
    end
    table.insert(words, word)
  end
  return vim.list_extend(words, { ... })
end

---The server's `initializationOptions`.
---@return table
function M.settings()
  return vim.tbl_deep_extend('force', given().settings or {}, { status = true, nextEdit = M.ghost_text() ~= false })
end

return M
