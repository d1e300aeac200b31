"""Context -> plain chat about the code around the cursor, for models that think first. Does not neutralise or cut."""

from __future__ import annotations

from infill_ls.messages import Message
from infill_ls.prompt.family import Family
from infill_ls.prompt.partial import about, other_files, stable
from infill_ls.records import Context, Prompt

_TASK = "Complete the code at the cursor of an editor: between <prefix> and <suffix> below, text is missing."
_FORM = (
    "Answer with the missing text alone, exactly as it would stand in the file from the cursor on, in one Markdown "
    "code block. Repeat nothing that stands before or after the cursor, and explain nothing."
)


def build(
    context: Context,
    family: Family,
    *,
    max_tokens: int,
    stop: tuple[str, ...] = (),
    soft_switch: str = "",
    form: str = _FORM,
) -> Prompt:
    """The chat, equal for equal arguments. Arguments are those of ``partial.build``, and what the answer is to be."""
    code = f"<suffix>{context.suffix}</suffix>\n<prefix>{context.prefix}</prefix>"
    first = [f"{_TASK} {form}", *other_files(context)]
    sections = [*first, about(context), code, *([soft_switch] if soft_switch else [])]
    return Prompt(
        mode="chat",
        context=context,
        messages=(Message("user", "\n\n".join(sections), stable=stable(context, first)),),
        stop=tuple(dict.fromkeys(stop + family.stop)),
        max_tokens=max_tokens,
    )
