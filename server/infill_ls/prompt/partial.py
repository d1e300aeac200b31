"""Context -> chat whose last message the model continues. Does not neutralise, cut or choose."""

from __future__ import annotations

from dataclasses import replace

from infill_ls.prompt.families import Family
from infill_ls.records import Context, Message, Prompt

_INSTRUCTION = (
    "Complete the code at the cursor of an editor. Your answer already begins with everything before the cursor: "
    "go on from its last character. Give only the missing text, as it would stand in the file: no Markdown fences, "
    "no explanation, and nothing again that stands before or after the cursor. Stop where the file's own text goes on."
)


def build(context: Context, family: Family, *, max_tokens: int, stop: tuple[str, ...] = ()) -> Prompt:
    """The chat for a partial-mode endpoint, equal for equal arguments.

    What changes least stands first (instruction, file, other files, text after the cursor, text before it), so that
    a service's prefix cache serves most of it at the next key.

    Args:
        context: with LF line ends and control tokens neutralised.
        family: whose stop strings to use.
        max_tokens: longest answer asked for.
        stop: the user's own stop strings; they go before the family's.
    """
    sections = [_INSTRUCTION, _about(context), *_other_files(context), _after_cursor(context)]
    return Prompt(
        mode="partial",
        context=context,
        messages=(
            Message("user", "\n\n".join(sections)),
            Message("assistant", context.prefix, partial=True),
        ),
        stop=tuple(dict.fromkeys(stop + family.stop)),
        max_tokens=max_tokens,
    )


def grown(prompt: Prompt, text: str) -> Prompt:
    """The prompt that goes on where an answer broke off: its prefix has grown by what came."""
    *before, last = prompt.messages
    return replace(prompt, messages=(*before, replace(last, content=last.content + text)))


def _about(context: Context) -> str:
    lines = [f"Language: {context.language}"] if context.language else []
    return "\n".join([*lines, f"File: {context.path}"])


def _other_files(context: Context) -> list[str]:
    return [f'<file path="{each.path}">\n{each.text}\n</file>' for each in context.neighbors]


def _after_cursor(context: Context) -> str:
    if not context.suffix.strip():
        return "Nothing follows the cursor."
    return f"What follows the cursor:\n<suffix>{context.suffix}</suffix>"
