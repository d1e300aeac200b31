"""A screen's colours and places, as they are drawn."""

import pytest

from support.editors.picture import INK, PAPER, Frame, draw, draw_film, letters, letters_of_film


def style_of(svg, word):
    (line,) = [line for line in svg.splitlines() if f">{word}</text>" in line]
    return line


@pytest.mark.parametrize(
    ("codes", "ink"),
    [
        pytest.param("", INK, id="none"),
        pytest.param("38;2;79;82;88", "#4f5258", id="true colour"),
        pytest.param("38:2:79:82:88", "#4f5258", id="with colons"),
        pytest.param("38;5;239", "#4e4e4e", id="a grey of 256"),
        pytest.param("38;5;196", "#ff0000", id="a colour of 256"),
        pytest.param("31", "#ffc0b9", id="one of the eight"),
        pytest.param("1;90", "#4f5258", id="bright and bold"),
        pytest.param("7", PAPER, id="reversed"),
        pytest.param("31;0", INK, id="reset"),
    ],
)
def test_a_word_has_the_colour_that_the_program_gave_it(codes, ink):
    svg = draw(f"\x1b[{codes}mword\x1b[0m other\n", columns=20, label="a screen")

    assert f'fill="{ink}"' in style_of(svg, "word")
    assert ('font-weight="bold"' in style_of(svg, "word")) is codes.startswith("1;")
    assert f'fill="{INK}"' in style_of(svg, "other")


def test_words_stand_where_they_stood_and_can_be_read_back():
    """Wide characters take two columns; a background is a rectangle."""
    svg = draw("\x1b[44m合 a<b>\x1b[49m\n\n  c  d\n", columns=20, label='"a" & b')

    assert letters(svg) == letters("合 a<b>\n\n  c  d\n") == ["合a<b>", "cd"]
    assert f'x="{16 + 3 * 8.4:.1f}" y="52"' in style_of(svg, "a&lt;b&gt;")
    assert f'x="{16 + 5 * 8.4:.1f}" y="92"' in style_of(svg, "d")
    assert f'width="{7 * 8.4:.1f}" height="20" fill="#a6dbff"' in svg


FRAMES = [Frame("a\nb\n", (1, 0), 1), Frame("a\nb c\n", (3, 1), 2), Frame("a\nd\n", (1, 1), 1)]


def test_a_film_has_each_screen_in_its_turn():
    svg = draw_film(FRAMES, columns=20, label="a film")

    assert letters_of_film(svg) == [["a", "b"], ["a", "bc"], ["a", "d"]]
    assert svg.count(">a</text>") == 1, "what stays is drawn once"
    assert "@keyframes f1-2 {0%{visibility:hidden}25.00%{visibility:visible}75.00%{visibility:hidden}}" in svg
    assert ".f1-2 {animation: f1-2 4s step-end infinite}" in svg


def test_where_nothing_may_move_a_film_shows_its_first_screen():
    """CSS that a viewer does not run, or that a reader has switched off, leaves the attributes."""
    svg = draw_film(FRAMES, columns=20, label="a film")

    assert '<g class="f0-1">' in svg
    assert svg.count('<g class="f1-2" visibility="hidden">') == svg.count('<g class="f1-2"') == 2
    assert svg.index("@media (prefers-reduced-motion: no-preference)") < svg.index("animation:")
