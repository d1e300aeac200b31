"""The room's one door: Context -> Prompt in the mode asked for. Does not choose the mode."""

from __future__ import annotations

from infill_ls.prompt import fim, partial
from infill_ls.prompt.families import Family
from infill_ls.records import Context, Mode, Prompt


def build(context: Context, mode: Mode, family: Family, *, max_tokens: int, stop: tuple[str, ...] = ()) -> Prompt:
    """The prompt for a context with LF line ends and control tokens neutralised."""
    build_in_mode = fim.build if mode == "fim" else partial.build
    return build_in_mode(context, family, max_tokens=max_tokens, stop=stop)
