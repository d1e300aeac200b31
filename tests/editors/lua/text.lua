-- What is taken of a suggestion, and how it fits to what follows the cursor.

local text = require('infill_ls.text')

local function check(found, wanted)
  assert(vim.deep_equal(found, wanted), ('%s, not %s'):format(vim.inspect(found), vim.inspect(wanted)))
end

local WORDS = {
  { 'pen(encoding', 'pen' },
  { '(encoding', '(' },
  { ' + total', ' +' },
  { '  foo_bar2 = 1', '  foo_bar2' },
  { '\n    return x', '\n    return' },
  { '\n\n', '\n\n' },
  { '   ', '   ' },
  { 'größe = 1', 'größe' },
  { '合計 = 1', '合計' },
  { '🦀🦀 = 1', '🦀🦀' },
  { '"""Say."""', '"""' },
  { ')', ')' },
}

local LINES = {
  { 'one\ntwo\nthree', 'one' },
  { '\ntwo\nthree', '\ntwo' },
  { '\n\nthree', '\n' },
  { 'one', 'one' },
}

-- The suggestion, what it replaces, the places that the server gives, an encoding, and bytes to the end.
local BEHIND = {
  { 'x) + y', ')', { 1 }, 'utf-16', { 5 } },
  { 'x)', ') ]', { 1, 2, 2 }, 'utf-16', { 1, 0, 0 } },
  { '漢🦀") + 1', '")', { 3, 4 }, 'utf-16', { 6, 5 } },
  { '漢🦀") + 1', '")', { 2, 3 }, 'utf-32', { 6, 5 } },
  { '漢）+ 1', '）', { 3, 3, 3 }, 'utf-8', { 6, 6, 6 } },
  { '漢）+ 1', '）', { 1 }, 'utf-16', { 6, 6, 6 } },
  { 'x)', ')', nil, 'utf-16', {} },
  { 'x', '', { 0 }, 'utf-16', {} },
}

local PIECES = {
  { 'x)', ')', { { at = 0, text = 'x' } } },
  { 'x) + y', ')', { { at = 0, text = 'x' }, { at = 1, text = ' + y' } } },
  { ')', ')', {} },
  { 'x', '', { { at = 0, text = 'x' } } },
  { '', '', {} },
  { 'a]b)c', '])', { { at = 0, text = 'a' }, { at = 1, text = 'b' }, { at = 2, text = 'c' } } },
  { 'x', ')', nil },
}

-- A line, a position in units, an encoding, and the byte.
local BYTES = {
  { 'a🦀b', 3, 'utf-16', 5 },
  { 'a🦀b', 2, 'utf-32', 5 },
  { 'a🦀b', 5, 'utf-8', 5 },
  { '合計', 1, 'utf-16', 3 },
  { 'e\204\129x', 2, 'utf-32', 3 },
  { 'abc', 9, 'utf-16', 3 },
  { 'abc', 9, 'utf-8', 3 },
  { '', 0, 'utf-16', 0 },
}

return {
  ['a word takes the white space before it'] = function()
    for _, case in ipairs(WORDS) do
      check(text.take(case[1], 'word'), case[2])
    end
  end,
  ['a line takes the line end before it, not the one behind it'] = function()
    for _, case in ipairs(LINES) do
      check(text.take(case[1], 'line'), case[2])
    end
  end,
  ['units end, and put together they are the whole'] = function()
    for _, unit in ipairs({ 'word', 'line', 'all' }) do
      for _, whole in ipairs({ 'pen(x) as y:\n    go(合計, "🦀")\n\n', ' \t ', '\n', 'x' }) do
        local rest, taken = whole, ''
        while rest ~= '' do
          local part = text.take(rest, unit)
          assert(part ~= '')
          rest, taken = rest:sub(#part + 1), taken .. part
        end
        check(taken, whole)
      end
    end
  end,
  ['what is replaced has its place in the suggestion'] = function()
    for _, case in pairs(BEHIND) do
      local command = { arguments = { 'id', case[3] } }
      check(text.behind(case[1], case[2], command, case[4]), case[5])
    end
  end,
  ['only what is new is shown'] = function()
    for _, case in ipairs(PIECES) do
      check(text.pieces(case[1], case[2]), case[3])
    end
  end,
  ['positions become bytes'] = function()
    for _, case in ipairs(BYTES) do
      check(text.byte(case[1], case[2], case[3]), case[4])
    end
  end,
  ['and bytes become positions'] = function()
    for _, line in ipairs({ 'print("🦀合", n)', 'e\204\129x', 'abc', '' }) do
      for _, encoding in ipairs({ 'utf-8', 'utf-16', 'utf-32' }) do
        for byte = 0, #line do
          local is_start = byte == #line or line:byte(byte + 1) < 128 or line:byte(byte + 1) > 191
          if is_start then
            check(text.byte(line, text.units(line, byte, encoding), encoding), byte)
          end
        end
      end
    end
    check(text.units('print("🦀合", n)', 18, 'utf-16'), 14)
    check(text.units('print("🦀合", n)', 18, 'utf-32'), 13)
  end,
}
