"""The room's one door: Context -> Prompt in the mode asked for. Does not choose the mode."""

from __future__ import annotations

from infill_ls.prompt import chat, fim, partial, several
from infill_ls.prompt.family import Family
from infill_ls.records import Context, FimForm, Mode, Prompt


def build(  # noqa: PLR0913  # what a prompt is made of; each is named by the caller
    context: Context,
    mode: Mode,
    family: Family,
    *,
    max_tokens: int,
    stop: tuple[str, ...] = (),
    soft_switch: str = "",
    form: FimForm = "documented",
    answers: int = 1,
) -> Prompt:
    """The prompt for a context with LF line ends and control tokens neutralised.

    Several ``answers`` are asked for by a chat, whatever the mode.
    """
    if answers > 1:
        return several.build(
            context, family, answers, max_tokens=max_tokens, stop=stop, soft_switch=soft_switch
        )
    if mode == "fim":
        return fim.build(context, family, max_tokens=max_tokens, stop=stop, form=form)
    build_chat = partial.build if mode == "partial" else chat.build
    return build_chat(context, family, max_tokens=max_tokens, stop=stop, soft_switch=soft_switch)
