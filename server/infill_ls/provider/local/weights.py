"""How much each feature of a place says about the next token: logarithms, fitted by tests/bench/local_fit.py.

A row's weight is the product of its features', a token's the sum of its rows'; its probability is its share of all,
"something else" included. Buckets go from the smallest number to the largest.

- ``live_matched``, ``project_matched``, ``same_directory``: tokens that match before the place (0 to 12, 16, 24), in
  the open file, in another, in another of the same folder. ``distance_above``, ``distance_below``: tokens to it, by
  powers of two of 12. ``live_line``: its line begins as the cursor's (1) and is indented so (2); it is a line's end (4).
- ``project_count``: places in other files, by powers of two. ``project_known``: no word, a keyword, a word that the
  open file has, another.
- ``shape_aligned``: tokens of a line built alike. ``shape_above``: the line above is built alike, too (1), half of the
  tokens are the same (2). ``shape_kind``: what became of its token (shapes.py).
- ``word_distance`` (the last for the cursor's own line), ``word_count``, ``word_files``: of words that begin as the one
  that is typed.
- ``shorter``: how much shorter a match is than the longest one (0, 1, 2, 3 to 4, 5 to 8, more), for six of each length
  of that; ``shape_longest``, ``word_longest``: the longest match beside them.
- ``closer``: no closing bracket, the one that is due, another, one where none is; a line's end or semicolon, and one
  while a bracket of this line is open.
- ``use``: no word, never used, used below, then above less than 25, 80, 300 tokens ago and further, once and oftener.
- ``else``: something else, by 0, 1, 2, 3 letters typed and longest match.

Fitted on scrapy, pytest, hono, trpc, bubbletea, ollama, ripgrep, ratatui, retrofit, gson, tmux and leveldb, 25 spans
each, seed 1. So no figures are to be taken from those.
"""

from __future__ import annotations

from typing import Final

# fmt: off
LOGARITHMS: Final[dict[str, tuple[float, ...]]] = {
    "live_matched": (
        0.00, -2.45, -0.59, -0.20, 0.40, 0.98, 0.85, 0.60, 0.90, 0.14, 0.33, 0.55, 0.07, 0.37, 1.10,
    ),
    "distance_above": (
        0.73, 0.41, 0.22, 0.29, 0.12, 0.00, -0.41, -0.20, -0.19, -0.12,
    ),
    "distance_below": (
        1.40, 0.74, 0.52, 0.63, 0.46, -0.28, -0.27, -0.76, -0.23, 0.00,
    ),
    "live_line": (
        -0.22, 0.83, 0.88, 1.32, 0.24,
    ),
    "project_matched": (
        0.00, 0.00, -1.86, -1.08, -1.06, -0.59, -0.26, -0.31, -0.34, -0.34, 0.33, -0.10, -0.08, 0.65, 2.40,
    ),
    "same_directory": (
        0.00, 0.00, -1.40, -0.64, -0.39, 0.03, 0.32, 0.17, 0.85, 0.62, -0.06, 0.35, 1.00, 1.15, 2.65,
    ),
    "project_count": (
        0.00, 1.60, 1.10, 0.64, 0.45, -0.21, -0.75, -0.83,
    ),
    "project_known": (
        0.69, 0.55, 1.28, -0.51,
    ),
    "shape_aligned": (
        -1.35, -0.04, -0.66, -0.22, -0.02, 0.62, 0.41, 0.89, 1.46,
    ),
    "shape_above": (
        -0.72, -0.02, -0.30, 2.11,
    ),
    "shape_kind": (
        -0.35, 1.29, 1.54, 0.46, -1.06, -0.08, -0.70,
    ),
    "shape_distance": (
        0.34, 1.13, 0.44, 0.07, 0.25, 0.26, -0.47, -0.22, -0.43, -0.29,
    ),
    "word_distance": (
        1.46, 0.97, 0.76, 0.30, -0.26, -0.41, -0.87, -0.98, -0.80, -0.27, 0.32,
    ),
    "word_count": (
        -0.18, 0.05, 0.02, 0.04,
    ),
    "word_files": (
        -3.39, -2.15, -1.14, -0.04, 0.00, 0.00,
    ),
    "shorter": (
        2.39, 0.00, 0.00, 0.00, 0.00, 0.00, 0.60, 0.33, 0.00, 0.00, 0.00, 0.00, 0.49, -0.10, 0.00,
        0.00, 0.00, 0.00, 0.67, -0.06, 0.06, -0.34, 0.00, 0.00, 0.89, -0.17, -0.40, -0.48, -0.68, 0.00,
        1.65, 1.06, -0.19, 0.00, -0.80, -1.56, 2.30, 0.45, 0.02, 0.73, -0.37, -1.44,
    ),
    "shape_longest": (
        0.32, 1.20, 0.91, 0.22, 0.31, -0.39, -1.47,
    ),
    "word_longest": (
        -0.66, -1.18, -0.77, -0.77, -1.12, -1.40, -0.59,
    ),
    "closer": (
        0.00, 0.87, -2.60, -1.63, 0.77, -0.45,
    ),
    "use": (
        0.30, -0.48, -0.28, -0.18, 0.71, -0.10, 0.49, -0.38, 0.15, -0.29, -0.27,
    ),
    "else": (
        0.20, 3.34, 2.06, 1.74, 1.97, 1.91, 1.56, 1.61, 1.65, 1.73, 1.38, 1.03, 1.14, 1.22, 1.16,
        1.32, 0.74, -0.03, 0.07, 0.26, 0.08, -0.04, 0.01, 0.30, 0.46, 0.11, 0.50, -0.39, -0.04, -0.22,
        -0.44, -0.18, -1.01, -0.54, -0.29, -0.34, -0.45, -0.01, 0.15, -0.13, -0.40, -0.06, -0.15, -0.25, -0.38,
        -5.27, -1.75, -1.96, -1.81, -1.72, -1.65, -1.25, -0.92, -0.94, -0.79, -0.69, -0.58, -1.00, -0.83, -0.79,
    ),
}
