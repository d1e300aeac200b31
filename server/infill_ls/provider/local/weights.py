"""How much each feature of a place says about the next token: logarithms, fitted by tests/bench/local_fit.py.

A row's weight is the product of its features', a token's the sum of its rows'; its probability is its share of all,
"something else" included. Buckets go from the smallest number to the largest.

- ``live_matched``, ``project_matched``, ``same_directory``: tokens that match before the place (0 to 12, 16, 24), in
  the open file, in another, in another of the same folder. ``distance_above``, ``distance_below``: tokens to it, by
  powers of two of 12. ``live_line``: its line begins as the cursor's (1) and is indented so (2), or ends here (4).
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
- ``use``: no word, never used, used below, then above less than 25, 80, 300 tokens ago and further, once and oftener,
  then on this line.
- ``else``: something else, by 0, 1, 2, 3 letters typed and longest match.

Fitted on scrapy, pytest, hono, trpc, bubbletea, ollama, ripgrep, ratatui, retrofit, gson, tmux and leveldb, 25 spans
each, seed 1. So no figures are to be taken from those.
"""

from __future__ import annotations

from typing import Final

# fmt: off
LOGARITHMS: Final[dict[str, tuple[float, ...]]] = {
    "live_matched": (
        0.00, -2.46, -0.62, -0.25, 0.35, 0.94, 0.90, 0.60, 0.87, 0.10, 0.30, 0.52, 0.07, 0.35, 1.10,
    ),
    "distance_above": (
        0.73, 0.41, 0.17, 0.26, 0.15, -0.01, -0.43, -0.21, -0.20, -0.12,
    ),
    "distance_below": (
        1.37, 0.72, 0.49, 0.62, 0.46, -0.33, -0.31, -0.78, -0.23, 0.00,
    ),
    "live_line": (
        -0.29, 0.76, 0.83, 1.25, 0.21,
    ),
    "project_matched": (
        0.00, 0.00, -1.87, -1.19, -1.06, -0.70, -0.31, -0.34, -0.31, -0.35, 0.33, -0.13, -0.07, 0.66, 2.44,
    ),
    "same_directory": (
        0.00, 0.00, -1.35, -0.58, -0.43, 0.11, 0.31, 0.07, 0.85, 0.64, -0.08, 0.39, 1.01, 1.14, 2.66,
    ),
    "project_count": (
        0.00, 1.62, 1.06, 0.64, 0.44, -0.29, -0.80, -0.84,
    ),
    "project_known": (
        0.69, 0.50, 1.18, -0.53,
    ),
    "shape_aligned": (
        -1.38, -0.19, -0.68, -0.19, -0.04, 0.63, 0.40, 0.94, 1.33,
    ),
    "shape_above": (
        -0.82, -0.04, -0.36, 2.03,
    ),
    "shape_kind": (
        -0.28, 1.36, 1.28, 0.51, -1.06, -0.36, -0.63,
    ),
    "shape_distance": (
        0.34, 1.01, 0.39, -0.02, 0.22, 0.23, -0.48, -0.23, -0.36, -0.30,
    ),
    "word_distance": (
        1.45, 0.89, 0.67, 0.28, -0.29, -0.39, -0.83, -0.93, -0.80, -0.22, -0.33,
    ),
    "word_count": (
        -0.19, 0.02, 0.00, 0.01,
    ),
    "word_files": (
        -3.37, -2.12, -1.13, 0.02, 0.12, 0.00,
    ),
    "shorter": (
        2.36, 0.00, 0.00, 0.00, 0.00, 0.00, 0.53, 0.27, 0.00, 0.00, 0.00, 0.00, 0.55, -0.12, -0.03,
        0.00, 0.00, 0.00, 0.63, -0.07, 0.03, -0.43, 0.00, 0.00, 0.87, -0.13, -0.34, -0.51, -0.67, 0.00,
        1.61, 1.04, -0.23, 0.13, -0.87, -1.60, 2.24, 0.53, 0.01, 0.70, -0.44, -1.48,
    ),
    "shape_longest": (
        0.41, 1.19, 0.82, 0.20, 0.11, -0.48, -1.44,
    ),
    "word_longest": (
        -0.76, -1.29, -0.87, -0.95, -1.03, -1.43, -0.66,
    ),
    "closer": (
        0.29, 1.15, -2.41, -1.44, 1.04, -0.20,
    ),
    "use": (
        0.16, -0.69, -0.43, -0.35, 0.56, -0.23, 0.36, -0.56, 0.00, -0.49, -0.42, 0.53,
    ),
    "else": (
        0.31, 3.39, 2.05, 1.83, 2.03, 1.87, 1.56, 1.65, 1.64, 1.72, 1.48, 1.05, 1.17, 1.23, 1.23,
        1.31, 0.79, 0.01, 0.09, 0.21, 0.16, -0.05, 0.05, 0.31, 0.48, 0.16, 0.49, -0.38, -0.05, -0.21,
        -0.49, -0.16, -0.90, -0.52, -0.11, -0.30, -0.63, 0.09, 0.17, -0.13, -0.41, -0.06, -0.14, -0.25, -0.38,
        -5.33, -1.81, -1.86, -1.75, -1.72, -1.54, -1.26, -0.88, -0.93, -0.79, -0.68, -0.59, -0.99, -0.82, -0.79,
    ),
}
