-- Runs a file of tests, a table of functions by sentences: `nvim --headless -u NONE -l run.lua PLUGIN FILE`.

local plugin, file = arg[1], arg[2]
vim.opt.runtimepath:prepend(plugin)
local failed = false
for name, test in vim.spairs(dofile(file)) do
  local fine, message = xpcall(test, debug.traceback)
  print((fine and 'ok    ' or 'FAIL  ') .. name .. (fine and '' or '\n' .. message))
  failed = failed or not fine
end
os.exit(failed and 1 or 0)
