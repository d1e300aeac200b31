"""Draws a terminal's screen, or a film of several, as SVG, for a README; reads back their letters. Starts nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from unicodedata import east_asian_width
from xml.sax.saxutils import escape, quoteattr, unescape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

INK, PAPER = "#e0e2ea", "#14161b"
"""Colours where a program names none."""
_ANSI = (
    *("#14161b", "#ffc0b9", "#b3f6c0", "#fce094", "#a6dbff", "#ffcaff", "#8cf8f7", "#c4c6cd"),
    *("#4f5258", "#ffc0b9", "#b3f6c0", "#fce094", "#a6dbff", "#ffcaff", "#8cf8f7", "#eef1f8"),
)
_WIDTH, _HEIGHT, _LEFT, _TOP = 8.4, 20, 16, 52
_PLAY = "@media (prefers-reduced-motion: no-preference) {"
_SEQUENCE = re.compile(r"\x1b\[([\d;:]*)m|\x1b[()][0-9A-B]|[\x0e\x0f]")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class _Style:
    ink: str | None = None
    paper: str | None = None
    bold: bool = False
    reverse: bool = False

    @property
    def colours(self) -> tuple[str, str]:
        pair = self.ink or INK, self.paper or PAPER
        return pair[::-1] if self.reverse else pair


@dataclass(frozen=True, slots=True)
class Frame:
    """What a film shows for some time."""

    screen: str
    """Lines with SGR sequences, as ``Terminal.screen(colours=True)`` gives them."""
    cursor: tuple[int, int]
    """Column and line, from 0."""
    seconds: float


def draw(screen: str, *, columns: int, label: str) -> str:
    """The picture of a screen.

    Args:
        screen: lines with SGR sequences, as ``Terminal.screen(colours=True)`` gives them.
        columns: how wide it is.
        label: what it shows, for those who cannot see it.
    """
    rows = _rows(screen)
    return _svg([part for row in rows for part in row], columns=columns, lines=len(rows), label=label)


def draw_film(frames: Sequence[Frame], *, columns: int, label: str) -> str:
    """Screens one after the other, without end; the first one alone where nothing may move.

    A line is drawn once for all frames in which it stays as it is; CSS shows and hides it.
    """
    shots = [[*_rows(frame.screen), [_cursor(frame.cursor)]] for frame in frames]
    height = max(map(len, shots))
    tracks = zip(*(shot[:-1] + [[]] * (height - len(shot)) + shot[-1:] for shot in shots), strict=True)
    parts, spans = [], set()
    for track in tracks:
        for drawn, start, end in _stretches(track):
            if (start, end) == (0, len(frames)):
                parts += drawn
            elif drawn:
                hidden = ' visibility="hidden"' if start else ""
                parts += [f'<g class="f{start}-{end}"{hidden}>', *drawn, "</g>"]
                spans.add((start, end))
    style = _timetable(sorted(spans), [frame.seconds for frame in frames])
    return _svg([*style, *parts], columns=columns, lines=height - 1, label=label)


def letters(text: str) -> list[str]:
    """The characters of each line that are no blanks, of a picture or of a screen, without empty lines."""
    if not text.startswith("<svg"):
        return [joined for line in text.splitlines() if (joined := "".join(line.split()))]
    found: dict[str, str] = {}
    for line, word in re.findall(r'<text x="[\d.]+" y="(\d+)"[^>]*>([^<]*)</text>', text):
        found[line] = found.get(line, "") + unescape(word)
    return [found[line] for line in sorted(found, key=int)]


def letters_of_film(svg: str) -> list[list[str]]:
    """The letters of each frame."""
    groups = re.compile(r'<g class="f(\d+)-(\d+)"[^>]*>(.*?)</g>', re.DOTALL).findall(svg)
    still = re.sub(r'<g class="f.*?</g>', "", svg, flags=re.DOTALL)
    shown = ([part for start, end, part in groups if int(start) <= frame < int(end)] for frame in range(_count(groups)))
    return [letters("".join([still, *parts])) for parts in shown]


def _count(groups: Sequence[tuple[str, str, str]]) -> int:
    return max(int(end) for _, end, _ in groups)


def _svg(parts: Sequence[str], *, columns: int, lines: int, label: str) -> str:
    width, height = round(2 * _LEFT + columns * _WIDTH), _TOP + _HEIGHT * lines
    lights = (("20", "#ff5f57"), ("40", "#febc2e"), ("60", "#28c840"))
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label={quoteattr(label)}>',
        f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>',
        "".join(f'<circle cx="{left}" cy="18" r="6" fill="{colour}"/>' for left, colour in lights),
        '<g font-family="ui-monospace, \'DejaVu Sans Mono\', Menlo, Consolas, monospace" font-size="14">',
    ]
    return "\n".join([*head, *parts, "</g>", "</svg>", ""])


def _rows(screen: str) -> list[list[str]]:
    """What is drawn of each line."""
    rows, style = [], _Style()
    for row, line in enumerate(screen.rstrip("\n").split("\n")):
        runs, style = _runs(line, style)
        rows.append(list(_drawn(runs, _TOP + _HEIGHT * row)))
    return rows


def _cursor(cursor: tuple[int, int]) -> str:
    column, line = cursor
    return (
        f'<rect x="{_LEFT + column * _WIDTH:.1f}" y="{_TOP + _HEIGHT * line - 15}" width="2" height="{_HEIGHT}" '
        f'fill="{INK}"/>'
    )


def _stretches(track: Sequence[list[str]]) -> Iterator[tuple[list[str], int, int]]:
    """What is drawn in a line, with the first frame that has it and the first one that has not."""
    start = 0
    for frame in range(1, len(track) + 1):
        if frame == len(track) or track[frame] != track[start]:
            yield track[start], start, frame
            start = frame


def _timetable(spans: Sequence[tuple[int, int]], seconds: Sequence[float]) -> list[str]:
    """When each stretch is seen."""
    starts = [sum(seconds[:frame]) / sum(seconds) * 100 for frame in range(len(seconds))]
    lines = []
    for start, end in spans:
        moments = ["0%{visibility:hidden}"] if start else []
        moments.append(f"{starts[start]:.2f}%{{visibility:visible}}")
        moments += [f"{starts[end]:.2f}%{{visibility:hidden}}"] if end < len(starts) else []
        name = f"f{start}-{end}"
        lines.append(f"@keyframes {name} {{{''.join(moments)}}}")
        lines.append(f".{name} {{animation: {name} {sum(seconds):g}s step-end infinite}}")
    return ["<style>", _PLAY, *lines, "}", "</style>"]


def _runs(line: str, style: _Style) -> tuple[list[tuple[int, str, _Style]], _Style]:
    """Pieces of one style each, with the column at which each starts."""
    runs, column, at = [], 0, 0
    for match in [*_SEQUENCE.finditer(line), None]:
        text = line[at : match.start() if match else None]
        if text:
            runs.append((column, text, style))
            column += _cells(text)
        if match:
            at = match.end()
            style = _restyled(style, match[1]) if match[1] is not None else style
    return runs, style


def _drawn(runs: list[tuple[int, str, _Style]], baseline: int) -> Iterator[str]:
    for column, text, style in runs:
        ink, paper = style.colours
        if paper != PAPER:
            yield (
                f'<rect x="{_LEFT + column * _WIDTH:.1f}" y="{baseline - 15}" width="{_cells(text) * _WIDTH:.1f}" '
                f'height="{_HEIGHT}" fill="{paper}"/>'
            )
        weight = ' font-weight="bold"' if style.bold else ""
        for word in _WORD.finditer(text):
            left = _LEFT + (column + _cells(text[: word.start()])) * _WIDTH
            yield (
                f'<text x="{left:.1f}" y="{baseline}" fill="{ink}"{weight} '
                f'textLength="{_cells(word[0]) * _WIDTH:.1f}" lengthAdjust="spacingAndGlyphs">{escape(word[0])}</text>'
            )


def _cells(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _restyled(style: _Style, codes: str) -> _Style:
    numbers = [int(code or 0) for code in codes.replace(":", ";").split(";")]
    while numbers:
        code = numbers.pop(0)
        if code == 0:
            style = _Style()
        elif code in (1, 22):
            style = replace(style, bold=code == 1)
        elif code in (7, 27):
            style = replace(style, reverse=code == 7)
        elif code in (38, 48):
            colour = _colour(numbers)
            style = replace(style, ink=colour) if code == 38 else replace(style, paper=colour)
        elif code in (39, 49):
            style = replace(style, ink=None) if code == 39 else replace(style, paper=None)
        elif 30 <= code <= 37 or 90 <= code <= 97:
            style = replace(style, ink=_ANSI[code - 30 if code < 90 else code - 82])
        elif 40 <= code <= 47 or 100 <= code <= 107:
            style = replace(style, paper=_ANSI[code - 40 if code < 100 else code - 92])
    return style


def _colour(numbers: list[int]) -> str:
    """Takes an extended colour off the front."""
    if numbers.pop(0) == 2:
        red, green, blue = (numbers.pop(0) for _ in range(3))
        return f"#{red:02x}{green:02x}{blue:02x}"
    index = numbers.pop(0)
    if index < 16:
        return _ANSI[index]
    if index >= 232:
        return "#" + f"{8 + 10 * (index - 232):02x}" * 3
    levels = (0, 95, 135, 175, 215, 255)
    index -= 16
    return "#" + "".join(f"{levels[each]:02x}" for each in (index // 36, index // 6 % 6, index % 6))
