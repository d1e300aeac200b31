"""Context -> chat whose last message the model continues. Does not neutralise, cut or choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from infill_ls.messages import Message
from infill_ls.prompt.family import Family
from infill_ls.records import Context, Prompt

_INSTRUCTION = (
    "Complete the code at the cursor of an editor. Your answer already begins with everything before the cursor: "
    "go on from its last character. Give only the missing text, as it would stand in the file: no Markdown fences, "
    "no explanation, and nothing again that stands before or after the cursor. Stop where the file's own text goes on."
)


_IMAGE = "The attached image is the one that the text at the cursor describes."


def build(
    context: Context,
    family: Family,
    *,
    max_tokens: int,
    stop: tuple[str, ...] = (),
    soft_switch: str = "",
) -> Prompt:
    """The chat for a partial-mode endpoint, equal for equal arguments.

    What changes least stands first (instruction, other files, file, text after the cursor, text before it), so that
    a service's prefix cache serves most of it at the next key.

    Args:
        context: with LF line ends and control tokens neutralised.
        family: whose stop strings to use.
        max_tokens: longest answer asked for.
        stop: the user's own stop strings; they go before the family's.
        soft_switch: word at the message's end by which an open model is told not to think; empty for none.
    """
    attached = [_IMAGE] if context.images else []
    switch = [soft_switch] if soft_switch else []
    first = [_INSTRUCTION, *other_files(context)]
    sections = [*first, *attached, about(context), _after_cursor(context), *switch]
    return Prompt(
        mode="partial",
        context=context,
        messages=(
            Message(
                "user", "\n\n".join(sections), images=context.images, stable=stable(context, first)
            ),
            Message("assistant", context.prefix, partial=True),
        ),
        stop=tuple(dict.fromkeys(stop + family.stop)),
        max_tokens=max_tokens,
    )


def continued(prompt: Prompt, text: str) -> Prompt:
    """The prompt that goes on where an answer broke off: its prefix has grown by what came."""
    *before, last = prompt.messages
    return replace(prompt, messages=(*before, replace(last, content=last.content + text)))


def about(context: Context) -> str:
    """Which file this is."""
    lines = [f"Language: {context.language}"] if context.language else []
    return "\n".join([*lines, f"File: {context.path}"])


def other_files(context: Context) -> list[str]:
    """Pieces of other files, a section each."""
    return [f'<file path="{each.path}">\n{each.text}\n</file>' for each in context.neighbors]


def stable(context: Context, first: Sequence[str]) -> int:
    """Characters of the first sections where other files are among them: those stay while the place changes."""
    return len("\n\n".join(first)) if context.neighbors else 0


MARKS = ("<file ", "</file>", "<prefix>", "</prefix>", "<suffix>", "</suffix>")
"""What a chat's sections are told apart by; in other files they are to be neutralised."""


def _after_cursor(context: Context) -> str:
    if not context.suffix.strip():
        return "Nothing follows the cursor."
    return f"What follows the cursor:\n<suffix>{context.suffix}</suffix>"
