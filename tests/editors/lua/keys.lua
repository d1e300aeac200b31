-- Where there is no suggestion, a key does what it did before.

local keys = require('infill_ls.keys')

local function nothing()
  return false
end

local ACTIONS = {
  accept = nothing,
  accept_word = nothing,
  accept_line = nothing,
  next = nothing,
  previous = nothing,
  request = nothing,
  dismiss = nothing,
}

---What stands in a new buffer after the keys were typed in insert mode.
local function typed(sequence, prepare, actions)
  vim.cmd('enew!')
  prepare()
  keys.map(vim.tbl_extend('force', ACTIONS, actions or {}))
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes('i' .. sequence .. '<Esc>', true, false, true), 'xt', false)
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
end

local function plain() end

local function check(found, wanted)
  assert(found == wanted, ('%s, not %s'):format(vim.inspect(found), vim.inspect(wanted)))
end

---Whether the plugin has mapped the key; Neovim itself maps some.
local function ours(key)
  return vim.startswith(vim.fn.maparg(key, 'i', false, true).desc or '', 'infill-ls: ')
end

local FORMER = {
  ['nothing'] = { plain, '\tx' },
  ['a text'] = {
    function()
      vim.keymap.set('i', '<Tab>', 'text')
    end,
    'textx',
  },
  ['a function'] = {
    function()
      vim.keymap.set('i', '<Tab>', function()
        vim.api.nvim_put({ 'put' }, 'c', false, true)
      end)
    end,
    'putx',
  },
  ['an expression'] = {
    function()
      vim.keymap.set('i', '<Tab>', '1 + 1', { expr = true })
    end,
    '2x',
  },
  ['a function that gives keys'] = {
    function()
      vim.keymap.set('i', '<Tab>', function()
        return '<Space>'
      end, { expr = true })
    end,
    ' x',
  },
  ['a mapping of the buffer'] = {
    function()
      vim.keymap.set('i', '<Tab>', 'global')
      vim.keymap.set('i', '<Tab>', 'own', { buffer = true })
    end,
    'ownx',
  },
  ['a mapping to another'] = {
    function()
      vim.keymap.set('i', '<Tab>', 'Z', { remap = true })
      vim.keymap.set('i', 'Z', 'z', { buffer = true })
    end,
    'zx',
  },
}

local tests = {
  ['a suggestion is taken instead'] = function()
    local took = 0
    local found = typed('<Tab>x', plain, {
      accept = function()
        took = took + 1
        return true
      end,
    })
    check(found, 'x')
    check(took, 1)
  end,
  ['mapping twice changes nothing'] = function()
    check(
      typed('<Tab>x', function()
        keys.map(ACTIONS)
        keys.map(ACTIONS)
      end),
      '\tx'
    )
  end,
  ['keys can be others, or none'] = function()
    vim.g.infill_ls = { keys = { accept = '<C-l>', accept_word = false } }
    vim.cmd('enew!')
    keys.map(ACTIONS)
    vim.g.infill_ls = nil
    check(ours('<Tab>'), false)
    check(ours('<M-Right>'), false)
    check(vim.fn.maparg('<C-l>', 'i', false, true).desc, 'infill-ls: accept')

    vim.g.infill_ls = { keys = false }
    vim.cmd('enew!')
    keys.map(ACTIONS)
    vim.g.infill_ls = nil
    check(ours('<C-]>'), false)
  end,
}

for name, case in pairs(FORMER) do
  tests['the key did before: ' .. name] = function()
    check(typed('<Tab>x', case[1]), case[2])
    pcall(vim.keymap.del, 'i', '<Tab>')
  end
end

return tests
