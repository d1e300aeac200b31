"""Ghost text can be read in every colour scheme: those that come with Neovim, and much used ones of others."""

from __future__ import annotations

import json

import pytest

from support.editors.neovim import PLUGIN, VERSIONS, plugins, program

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]

LEAST = 3.0
"""Contrast that can be read at a glance, by WCAG's measure."""
OTHERS = {
    "tokyonight.nvim": ("tokyonight-night", "tokyonight-storm", "tokyonight-moon", "tokyonight-day"),
    "catppuccin": ("catppuccin-mocha", "catppuccin-frappe", "catppuccin-latte"),
    "gruvbox.nvim": ("gruvbox",),
    "kanagawa.nvim": ("kanagawa-wave", "kanagawa-dragon", "kanagawa-lotus"),
    "rose-pine": ("rose-pine-main", "rose-pine-moon", "rose-pine-dawn"),
    "nightfox.nvim": ("nightfox", "nordfox", "dayfox", "carbonfox"),
    "onedark.nvim": ("onedark",),
}
"""Schemes by the folder of their plugin."""
LIST = """
vim.o.termguicolors = true
local found = {}
local schemes = arg[1] == '' and vim.fn.getcompletion('', 'color') or vim.split(arg[1], ',')
if arg[1] == '' then
  schemes = vim.tbl_filter(function(name)
    return vim.fn.globpath(vim.env.VIMRUNTIME, 'colors/' .. name .. '.*') ~= ''
  end, schemes)
  table.insert(schemes, 'default')
end
for _, background in ipairs({ 'dark', 'light' }) do
  for _, scheme in ipairs(schemes) do
    vim.cmd('highlight clear InfillLsGhost')
    vim.o.background = background
    vim.cmd.colorscheme(scheme)
    vim.g.infill_ls = { ghost_text = 'native' }
    require('infill_ls.colour').apply()
    local colours = {}
    for _, group in ipairs({ 'InfillLsGhost', 'ComplHint', 'Comment', 'Normal', 'CursorLine' }) do
      colours[group] = vim.api.nvim_get_hl(0, { name = group, link = false })
    end
    local ground = vim.o.background == 'dark' and 0 or 0xffffff
    table.insert(found, { scheme .. ' ' .. vim.o.background, colours, ground })
  end
end
print(vim.json.encode(found))
"""


@pytest.mark.parametrize("version", VERSIONS)
def test_ghost_text_can_be_read_in_the_colour_schemes_that_come_with_neovim(version, home):
    """As far as they have more than one colour at all."""
    found = check(program(version), home)

    assert len(found) >= 20


@pytest.mark.parametrize("plugin", OTHERS)
def test_ghost_text_can_be_read_in_the_colour_schemes_of_others(plugin, home):
    check(program("current"), home, plugins(plugin)[0], ",".join(OTHERS[plugin]))


def check(nvim, home, folder="", schemes=""):
    """All of the schemes in both backgrounds, where it can be told from the text, too; gives them."""
    script = home.write("list.lua", LIST)
    paths = f"lua vim.opt.runtimepath:prepend({{{str(PLUGIN)!r}, {str(folder)!r}}})"
    ran = nvim.run("-u", "NONE", "--cmd", paths, "-l", script, schemes, home=home)
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout or ran.stderr)
    native = nvim.name == "Neovim current"
    faint = [
        (name, group, round(least, 2))
        for name, colours, ground in found
        for group in ("InfillLsGhost", *(["ComplHint"] if native else []))
        if (least := least_contrast(colours, group, ground)) < LEAST
    ]
    assert faint == []
    assert [name for name, colours, _ in found if colours["InfillLsGhost"]["fg"] == colours["Normal"].get("fg")] == []
    return found


def least_contrast(colours, group, ground):
    """Between a group's letters and what may be behind them: the window, or the cursor's line in it."""
    grounds = {colours["Normal"].get("bg", ground), colours["CursorLine"].get("bg", ground)}
    return min(contrast(colours[group]["fg"], each) for each in grounds)


def contrast(one, other):
    """WCAG's contrast of two colours, from 1 to 21."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    """WCAG's relative luminance."""
    parts = [(colour >> shift & 255) / 255 for shift in (16, 8, 0)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_measure_is_the_standard_s():
    assert contrast(0x000000, 0xFFFFFF) == pytest.approx(21)
    assert contrast(0x777777, 0xFFFFFF) == pytest.approx(4.48, abs=0.01)
