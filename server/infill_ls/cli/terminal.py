"""What the commands say on standard error."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from infill_ls.sentences import first_few, harmless

DIM, PLAIN = "\x1b[2m", "\x1b[0m"


def warn(*sentences: str) -> None:
    """Say what is wrong, on a line of its own."""
    print(f"infill-ls: {first_few(sentences)}", file=sys.stderr)


def ghost(text: str, stream: TextIO) -> str:
    """Suggested text, told apart from what stands there: in grey, or between marks where that is not wanted."""
    shown = harmless(text)
    if not stream.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return f"«{shown}»"
    return "\n".join(f"{DIM}{line}{PLAIN}" for line in shown.split("\n"))


def agreed(
    question: str = "Write it?",
    without: str = "Nothing is written without your consent: add --yes.",
) -> bool:
    """Ask a person, by default whether to write what was shown; ``without`` is said where nobody can be asked."""
    if not sys.stdin.isatty():
        print(without, file=sys.stderr)
        return False
    return input(f"{question} [y/N] ").strip().lower() in {"y", "yes"}
