-- What `:Infill why` and `:Infill prompt` make of what the server says; how often a server is started again.

local client = require('infill_ls.client')
local reports = require('infill_ls.reports')

local function check(found, wanted)
  assert(vim.deep_equal(found, wanted), ('%s, not %s'):format(vim.inspect(found), vim.inspect(wanted)))
end

local RECORD = {
  time = '2026-01-02T03:04:05.678+00:00',
  id = '1',
  trigger = 'automatic',
  sentence = 'Text was deleted.',
  ms = { total = 0.4 },
  tokens = { prompt = 0, completion = 0 },
  lines = 0,
  characters = 0,
}

return {
  ['a record is a line'] = function()
    check(reports._line(RECORD), '03:04:05  Text was deleted. (0 ms)')
    local shown = vim.tbl_extend('force', RECORD, {
      trigger = 'invoked',
      sentence = 'Suggested by qwen3-coder-flash.',
      tokens = { prompt = 9, completion = 4 },
      lines = 2,
      characters = 30,
    })
    check(
      reports._line(shown),
      '03:04:05  Asked by hand: Suggested by qwen3-coder-flash. (2 lines, 30 characters, 9 + 4 tokens, 0 ms)'
    )
  end,
  ['records that say the same are one line'] = function()
    local by_hand = vim.tbl_extend('force', RECORD, { trigger = 'invoked' })
    check(reports._lines({ RECORD, RECORD, by_hand, RECORD }), {
      '03:04:05  Text was deleted. (2 times, 0 ms)',
      '03:04:05  Asked by hand: Text was deleted. (0 ms)',
      '03:04:05  Text was deleted. (0 ms)',
    })
    check(reports._lines({}), {})
  end,
  ['one line is not lines'] = function()
    local shown = vim.tbl_extend('force', RECORD, { sentence = 'Suggested.', lines = 1, characters = 1 })
    check(reports._line(shown), '03:04:05  Suggested. (1 line, 1 character, 0 ms)')
  end,
  ['a buffer without a server says why, and what helps'] = function()
    local function says(bufnr, words)
      check(client.absence(bufnr):find(words, 1, true) ~= nil, true)
      local room_in_80_columns = 68
      check(#client.absence(bufnr) <= room_in_80_columns, true)
    end
    local other = vim.api.nvim_create_buf(true, false)
    says(other, ':setfiletype text')
    vim.bo[other].filetype = 'python'
    says(other, ':checkhealth infill_ls')
    says(vim.api.nvim_create_buf(false, true), 'shows no file')
  end,
  ['the home folder takes little room in a message'] = function()
    local told
    local notify = vim.notify
    vim.notify = function(message)
      told = message
    end
    client.tell('infill-ls: ' .. vim.fn.expand('~') .. '/.config/infill-ls/config.toml is not TOML')
    vim.notify = notify
    check(told, 'infill-ls: ~/.config/infill-ls/config.toml is not TOML')
  end,
  ['times are those of the clock on the wall'] = function()
    local before = vim.env.TZ
    for zone, time in pairs({ ['JST-9'] = '12:04:05', ['EST+5'] = '22:04:05', ['UTC'] = '03:04:05' }) do
      vim.env.TZ = zone
      check(reports._line(RECORD):sub(1, 8), time)
    end
    vim.env.TZ = before
  end,
  ['a prompt is shown as it is sent'] = function()
    local base = { model = 'm', mode = 'fim', max_tokens = 9, messages = {}, text = '<a>one\ntwo' }
    check(reports._prompt(base), { '# m, fim, at most 9 tokens', '<a>one', 'two' })
    check(reports._prompt(vim.tbl_extend('force', base, { unsent = vim.NIL }))[2], '<a>one')
    check(reports._prompt(vim.tbl_extend('force', base, { unsent = 'Why.' })), { 'Nothing is sent. Why.' })
    check(reports._prompt({ unsent = 'Why.' }), { 'Nothing is sent. Why.' })
    local chat = vim.tbl_extend('force', base, {
      mode = 'partial',
      messages = {
        { role = 'user', content = 'Go on.', partial = false },
        { role = 'assistant', content = 'one\n', partial = true },
      },
    })
    check(
      reports._prompt(chat),
      { '# m, partial, at most 9 tokens', '# user', 'Go on.', '# assistant (to be continued)', 'one', '' }
    )
  end,
  ['a server that keeps ending is left alone'] = function()
    local told = {}
    local notify = vim.notify
    vim.notify = function(message)
      table.insert(told, message)
    end
    for _ = 1, 3 do
      check(client._may_restart(1000), true)
    end
    check(client._may_restart(1001), false)
    check(#told, 1)
    check(client._may_restart(1060), true)
    vim.notify = notify
  end,
}
