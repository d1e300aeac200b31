-- What stands in the buffer after a suggestion was taken, and after that was undone.

local insert = require('infill_ls.insert')

local function check(found, wanted)
  assert(vim.deep_equal(found, wanted), ('%s, not %s'):format(vim.inspect(found), vim.inspect(wanted)))
end

---A new buffer with a text in which `|` is the cursor.
local function place(marked)
  vim.cmd('enew!')
  local before, after = marked:match('^(.-)|(.*)$')
  vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split(before .. after, '\n'))
  local lines = vim.split(before, '\n')
  return #lines - 1, #lines[#lines]
end

---The buffer with the cursor in it.
local function shown()
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  local lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
  lines[row] = lines[row]:sub(1, col) .. '|' .. lines[row]:sub(col + 1)
  return table.concat(lines, '\n')
end

-- The place, the text, for each byte that it replaces how much comes from where it says that again, the unit, and the
-- buffer after each time that the unit was taken.
local CASES = {
  { 'f(|)', 'x)', { 1 }, 'all', { 'f(x)|' } },
  { 'f(|)', 'x, y)', { 1 }, 'word', { 'f(x|)', 'f(x,|)', 'f(x, y|)', 'f(x, y)|' } },
  { 'f(|)', 'x) + y', { 5 }, 'word', { 'f(x|)', 'f(x)|', 'f(x) +|', 'f(x) + y|' } },
  { 'f(|)', 'g(1), h)', { 1 }, 'word', { 'f(g|)', 'f(g(|)', 'f(g(1|)', 'f(g(1),|)', 'f(g(1), h|)', 'f(g(1), h)|' } },
  { 'f(|)', '\n    x,\n)', { 1 }, 'line', { 'f(\n    x,|)', 'f(\n    x,\n)|' } },
  { "a: '|'", "b'\nc: 'd'", { 8 }, 'line', { "a: 'b'|", "a: 'b'\nc: 'd'|" } },
  { 'f(|) {}', 'a) {\n}', { 5, 3, 3, 1 }, 'line', { 'f(a) {|}', 'f(a) {\n}|' } },
  { 'a = |', 'one\ntwo', {}, 'all', { 'a = one\ntwo|' } },
  { 'a = |', 'one\ntwo\n', {}, 'line', { 'a = one|', 'a = one\ntwo|', 'a = one\ntwo\n|' } },
  { '合🦀 = |', '計', {}, 'all', { '合🦀 = 計|' } },
  { 'x\ny|\nz', '()', {}, 'all', { 'x\ny()|\nz' } },
}

return {
  ['units go in one after the other'] = function()
    vim.o.virtualedit = 'onemore'
    for _, case in ipairs(CASES) do
      local row, col = place(case[1])
      local rest = { row = row, col = col, text = case[2], replaces = #case[3], behind = case[3] }
      for _, wanted in ipairs(case[5]) do
        rest = insert.put(0, assert(rest), case[4])
        check(shown(), wanted)
      end
      check(rest, nil)
    end
  end,
  ['an undo takes back the suggestion alone'] = function()
    vim.cmd('enew!')
    vim.keymap.set('i', '<F2>', function()
      insert.put(0, { row = 0, col = 4, text = ' suggested', replaces = 0, behind = {} }, 'all')
    end)
    local function feed(keys)
      vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(keys, true, false, true), 'xt', false)
    end
    feed('ityped<BS><F2> more<Esc>')
    check(vim.api.nvim_get_current_line(), 'type suggested more')
    feed('u')
    check(vim.api.nvim_get_current_line(), 'type')
    feed('u')
    check(vim.api.nvim_get_current_line(), '')
  end,
}
