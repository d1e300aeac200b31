-- The colour of ghost text: that of comments, and where a colour scheme's comments are too faint, the nearest to it that
-- can be read.

local options = require('infill_ls.options')

local M = {}

-- What WCAG asks for large text and signs. Less than that is not seen at a glance.
local LEAST = 3
local STEPS = 20
local GREY = 0x808080
-- #8a8a8a, of the colours that are the same in every terminal: 5.4 : 1 on Neovim's black, 3.5 : 1 on white.
local TERMINAL_GREY = 245

---@param colour integer
---@return integer[]
local function channels(colour)
  return { math.floor(colour / 65536) % 256, math.floor(colour / 256) % 256, colour % 256 }
end

---WCAG's relative luminance.
---@param colour integer
---@return number
local function luminance(colour)
  local sum = 0
  for index, channel in ipairs(channels(colour)) do
    local part = channel / 255
    part = part <= 0.04045 and part / 12.92 or ((part + 0.055) / 1.055) ^ 2.4
    sum = sum + part * ({ 0.2126, 0.7152, 0.0722 })[index]
  end
  return sum
end

---@param one integer
---@param other integer
---@return number from 1 to 21
local function contrast(one, other)
  local lighter, darker = luminance(one), luminance(other)
  if lighter < darker then
    lighter, darker = darker, lighter
  end
  return (lighter + 0.05) / (darker + 0.05)
end

---@param name string
---@return vim.api.keyset.get_hl_info
local function highlight(name)
  return vim.api.nvim_get_hl(0, { name = name, link = false })
end

---The window's own colour; where the scheme leaves it to the terminal, that is taken to be black or white.
---@return integer
local function paper()
  return highlight('Normal').bg or (vim.o.background == 'dark' and 0x000000 or 0xffffff)
end

---Whether it can be read on the window's colour, and on the cursor line's.
---@param ink integer
---@return boolean
local function is_seen(ink)
  local line = highlight('CursorLine').bg
  return contrast(ink, paper()) >= LEAST and (not line or contrast(ink, line) >= LEAST)
end

---The colour, moved towards another by a share of the way.
---@param from integer
---@param to integer
---@param share number
---@return integer
local function towards(from, to, share)
  local mixed = 0
  local there = channels(to)
  for index, channel in ipairs(channels(from)) do
    mixed = mixed * 256 + math.floor(channel + (there[index] - channel) * share + 0.5)
  end
  return mixed
end

---The colour, moved away from the window's until it is seen; as it is where that never is so.
---@param ink integer
---@return integer
local function strengthened(ink)
  local target = contrast(0xffffff, paper()) > contrast(0x000000, paper()) and 0xffffff or 0x000000
  for step = 0, STEPS do
    local mixed = towards(ink, target, step / STEPS)
    if is_seen(mixed) then
      return mixed
    end
  end
  return ink
end

---As a highlight group, and to be seen.
---@param group string
---@return vim.api.keyset.highlight
local function seen(group)
  local found = highlight(group)
  -- What has the colour of text would look like it. So it would in terminals without true colours, for which Neovim's
  -- own colour scheme has no grey.
  local is_apart = found.fg and found.fg ~= highlight('Normal').fg
  if is_apart and is_seen(found.fg) and found.ctermfg and not found.bg then
    return { link = group }
  end
  found.fg = strengthened(is_apart and found.fg or GREY)
  found.ctermfg = TERMINAL_GREY
  found.bg, found.ctermbg, found.default = nil, nil, nil
  return found --[[@as vim.api.keyset.highlight]]
end

---What this plugin has set; what is something else is the user's, or the colour scheme's.
---@type table<string, vim.api.keyset.get_hl_info>
local ours = {}

---@param name string
---@param wanted vim.api.keyset.highlight
local function set(name, wanted)
  vim.api.nvim_set_hl(0, name, wanted)
  ours[name] = vim.api.nvim_get_hl(0, { name = name })
end

---@param name string
---@return boolean
local function is_free(name)
  local found = vim.api.nvim_get_hl(0, { name = name, create = false })
  return vim.tbl_isempty(found) or vim.deep_equal(found, ours[name])
end

---Set the colours, unless somebody else has.
function M.apply()
  if is_free('InfillLsGhost') then
    set('InfillLsGhost', seen('Comment'))
  end
  if options.ghost_text() == 'native' then
    local native = highlight('ComplHint')
    if not native.fg or not native.ctermfg or not is_seen(native.fg) then
      set('ComplHint', { link = 'InfillLsGhost' })
    end
  end
end

---From now on, whatever colour scheme is chosen.
function M.keep()
  M.apply()
  vim.api.nvim_create_autocmd({ 'ColorScheme', 'OptionSet' }, {
    group = vim.api.nvim_create_augroup('infill_ls.colour', {}),
    callback = function(event)
      if event.event == 'ColorScheme' or event.match == 'termguicolors' then
        M.apply()
      end
    end,
  })
end

return M
