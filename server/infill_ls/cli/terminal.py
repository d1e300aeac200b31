"""What the commands say on standard error."""

from __future__ import annotations

import sys

from infill_ls.sentences import first_few


def warn(*sentences: str) -> None:
    """Say what is wrong, on a line of its own."""
    print(f"infill-ls: {first_few(sentences)}", file=sys.stderr)
