-- Menus of others: stand-ins with the functions and events that nvim-cmp and blink.cmp document.

local popup = require('infill_ls.popup')

local function check(found, wanted)
  assert(found == wanted, ('%s, not %s'):format(tostring(found), tostring(wanted)))
end

local function settle()
  local done = false
  vim.schedule(function()
    done = true
  end)
  assert(vim.wait(5000, function()
    return done
  end))
end

return {
  ['the menus of others are seen'] = function()
    check(popup.visible(), false)
    for name, method in pairs({ cmp = 'visible', ['blink.cmp'] = 'is_menu_visible' }) do
      local open = true
      package.loaded[name] = {
        [method] = function()
          return open
        end,
      }
      check(popup.visible(), true)
      open = false
      check(popup.visible(), false)
      package.loaded[name] = nil
    end
  end,
  ['a module that fails is no menu'] = function()
    package.loaded['cmp'] = {
      visible = function()
        error('not set up')
      end,
    }
    check(popup.visible(), false)
    package.loaded['cmp'] = true
    check(popup.visible(), false)
    package.loaded['cmp'] = nil
  end,
  ['what opens and closes them is heard, once each'] = function()
    local count, heard = 0, {}
    local source
    package.loaded['cmp'] = {
      register_source = function(name)
        assert(not source, 'registered twice')
        source = name
      end,
      event = {
        on = function(_, name, act)
          heard[name] = act
        end,
      },
    }
    for _ = 1, 2 do
      popup.listen(function()
        count = count + 1
      end)
    end
    for _ = 1, 2 do
      vim.api.nvim_exec_autocmds('InsertEnter', {})
      settle()
    end
    heard.menu_opened()
    heard.menu_closed()
    vim.api.nvim_exec_autocmds('User', { pattern = 'BlinkCmpMenuOpen' })
    vim.api.nvim_exec_autocmds('CompleteDone', {})
    settle()
    package.loaded['cmp'] = nil
    check(count, 4)
    check(source, 'infill_ls')
  end,
}
