"""Next edits in VS Code itself: two calls are changed by hand, the third is shown, Tab goes there and makes it."""

from __future__ import annotations

import json

import pytest

from support.editors.home import Home, Unavailable
from support.editors.terminal import wait_until
from support.editors.vscode import Window, chromium
from support.editors.vscode_install import tools as install_tools

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]

NAMES = ("one", "two", "three", "four")
TEXT = "".join(f"{name} = load({name}_path)\n" for name in NAMES)
DONE = TEXT.replace(")", ", cache)")
_DRAWN = """() => [...document.querySelectorAll('.view-line')]
    .map((line) => [line.textContent, ...[...line.querySelectorAll('span')]
        .flatMap((each) => ['::before', '::after'].map((side) => getComputedStyle(each, side).content))
        .filter((content) => content.startsWith('"'))])
    .filter((each) => each.length > 1).map((each) => each.join(' ')).join('')"""
_WATCH = f"""() => {{
    const drawn = {_DRAWN};
    window.drawn = [];
    const look = () => {{
        if (window.drawn.at(-1) !== drawn()) window.drawn.push(drawn());
        requestAnimationFrame(look);
    }};
    look();
}}"""
"""Keep all that is drawn from now on, frame by frame."""
SNIPPETS = {name: {"prefix": f"{name}_path_snippet", "body": f"$2{name}_path, cache$1$0"} for name in ("two", "four")}
"""With a place behind the text, and then one before it."""
SHOWN = 'three = load(three_path) ", cache" "  Tab"'


@pytest.fixture(scope="module")
def window(tmp_path_factory):
    """One window, with nothing but the server and the extension."""
    try:
        tools = install_tools()
    except Unavailable as why:
        pytest.skip(str(why))
    home = Home(tmp_path_factory.mktemp("vscode") / "home")
    home.write(".local/share/code-server/User/snippets/python.json", json.dumps(SNIPPETS))
    first = home.write("project/first.py", "x = 1\n")
    with chromium(tools) as browser, Window(home, tools, browser) as window:
        window.open(first)
        window.wait_until_served()
        yield window
        window.quit()
    home.assert_no_server_left()


@pytest.fixture
def changed(window, request):
    """``changed(name)``: a file in which two calls were changed, and the third is shown."""

    def change(name, lines_between=0, shown=SHOWN, times=2):
        text = ("\n" * lines_between).join(TEXT.splitlines(keepends=True))
        file = window.home.write(f"project/{name}.py", text)
        window.switch_to(file)
        window.press("Control+Home")
        for _ in range(times):
            window.press("End", "ArrowLeft")
            window.type(", cache")
            window.press(*["ArrowDown"] * (lines_between + 1))
        wait_for_drawn(window, shown)
        return file

    yield change
    window.picture(request.node.name)
    window.press("Escape", "Escape", "Control+s")
    window.run("View: Close All Editors")


def wait_for_drawn(window, expected):
    """Until this is drawn behind the code, or nothing."""
    wait_until(lambda: drawn(window) == expected, f"{expected!r} drawn, not {drawn(window)!r}")


def drawn(window):
    return str(window.page.evaluate(_DRAWN)).replace("\u00a0", " ")


def test_tab_goes_to_each_place_and_makes_the_edit(window, changed):
    """The cursor is on the first one's line already."""
    file = changed("each")
    for row, tabs in ((2, ["Tab"]), (3, ["Tab", "Tab"])):
        wait_for_drawn(window, f'{NAMES[row]} = load({NAMES[row]}_path) ", cache" "  Tab"')
        window.press(*tabs)
        wait_until(lambda row=row: window.text()[row] == DONE.splitlines()[row], "edit made")
    window.save(file, DONE.encode())
    wait_for_drawn(window, "")


def test_saving_and_another_file_take_nothing_away(window, changed):
    """Nor does VS Code's saving by itself: Tab makes the edit right afterwards, and nothing was drawn but that."""
    file = changed("saved")
    window.switch_to(window.home.project / "first.py")
    wait_for_drawn(window, "")
    window.page.locator(".tab", has_text=file.name).click()
    wait_for_drawn(window, SHOWN)
    window.page.evaluate(_WATCH)
    window.press("Control+s")
    wait_until(lambda: "two_path, cache" in file.read_text(encoding="utf-8"), "saved file")
    window.press("Tab")
    wait_until(lambda: window.text()[2] == "three = load(three_path, cache)", "edit made")
    wait_for_drawn(window, 'four = load(four_path) ", cache" "  Tab"')
    since = [each.replace("\u00a0", " ") for each in window.page.evaluate("window.drawn")]
    assert since == ['three = load(three_path) ", cache" "  Tab"', "", 'four = load(four_path) ", cache" "  Tab"']


def test_ghost_text_of_the_same_is_not_drawn_twice_and_tab_goes_on_from_it(window, changed):
    """Accepted as ghost text it is made, and a second Tab at once is for the edit after it."""
    file = changed("ghost")
    window.press("End", "ArrowLeft", "Alt+Backslash")
    window.wait_for_ghost(", cache")
    wait_for_drawn(window, "")
    for _ in range(3):
        window.page.keyboard.press("Tab", delay=50)  # as fast as fingers are
    window.save(file, DONE.encode())


def test_tabs_faster_than_the_server_do_what_is_due(window, changed):
    """No tab is left behind, and soon after the last edit Tab inserts one again."""
    file = changed("fast")
    window.press("Tab", "Tab", "Tab", "Tab")
    window.save(file, DONE.encode())
    wait_for_drawn(window, "")
    window.press("End", "Tab")
    wait_until(lambda: "cache) " in window.text()[3], "tab")


def test_off_the_screen_it_says_where_and_which_key_goes_there(window, changed):
    """At a line's beginning Tab indents; behind code it goes to the edit."""
    changed("far", lines_between=38)
    window.press("Control+Home")
    wait_for_drawn(window, 'one = load(one_path, cache) "  Alt+]: next edit on line 79 ↓"')
    window.press("End")
    wait_for_drawn(window, 'one = load(one_path, cache) "  Tab: next edit on line 79 ↓"')
    window.picture("next-edit-off-the-screen")
    window.press("Tab")
    wait_for_drawn(window, 'three = load(three_path) ", cache" "  Tab"')


def test_tab_indents_in_indentation_and_a_second_key_goes_all_the_same(window, changed):
    file = changed("indented")
    window.press("Control+End", "Tab")
    window.save(
        file, (TEXT.replace("one_path", "one_path, cache").replace("two_path", "two_path, cache") + "    ").encode()
    )


def test_tab_keeps_its_meaning_with_a_selection(window, changed):
    """It replaces what is selected, while the next edit is drawn on the same line."""
    changed("selected")
    window.press("End", "Shift+ArrowLeft", "Tab")
    wait_until(lambda: window.text()[2] == "three = load(three_path ", "selection replaced by a tab")


def test_tab_keeps_its_meaning_with_a_popup(window, changed):
    """It takes what is chosen, while the next edit is drawn in another line."""
    changed("popup")
    window.press("ArrowDown", "End", "ArrowLeft")
    open_popup(window)
    wait_for_drawn(window, SHOWN)
    window.press("Tab")
    wait_until(lambda: window.text()[3] == "four = load(four_path, cache)", "snippet")
    assert window.text()[2] == "three = load(three_path)"


def test_tab_keeps_its_meaning_in_a_snippet(window, changed):
    """It goes to the snippet's next place."""
    changed("snippet", shown="", times=1)
    window.press("End", "ArrowLeft")
    open_popup(window)
    window.press("Tab")
    wait_for_drawn(window, SHOWN)
    window.press("Tab")
    window.page.locator(".statusbar-item", has_text="Ln 2, Col 12").wait_for()


def open_popup(window):
    """With nothing but a snippet for the word at the cursor in it."""
    window.press("Control+Space")
    window.page.locator(".suggest-widget.visible .monaco-list-row", has_text="_path_snippet").first.wait_for()


def test_escape_dismisses_it_for_good(window, changed):
    file = changed("dismissed")
    window.press("Escape")
    wait_for_drawn(window, "")
    window.press("Alt+BracketRight")
    window.save(file, DONE.replace("three_path, cache", "three_path").replace("four_path, cache", "four_path").encode())


def test_all_places_are_one_step_of_undo(window, changed):
    file = changed("all")
    window.run("infill-ls: Make the Next Edit at All Places")
    wait_until(lambda: "four = load(four_path, cache)" in window.text(), "last place changed")
    window.save(file, DONE.encode())
    window.press("Control+z")
    window.save(file, DONE.replace("three_path, cache", "three_path").replace("four_path, cache", "four_path").encode())
