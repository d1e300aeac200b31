"""Context -> a chat that asks for several answers at once, as JSON; and that JSON -> the answers. Asks nobody."""

from __future__ import annotations

import json
from dataclasses import replace

from infill_ls.messages import Message
from infill_ls.prompt import chat
from infill_ls.prompt.family import Family
from infill_ls.records import Context, Prompt

_FORM = (
    "Give {n} answers that differ in what they do or how, the best first, as one JSON object and nothing else: "
    '{{"answers": ["...", "..."]}}. Each is the missing text alone, exactly as it would stand in the file from the '
    "cursor on, without Markdown. Repeat nothing that stands before or after the cursor, and explain nothing."
)
_REPAIR = (
    'What follows was to be one JSON object of the form {"answers": ["...", "..."]}. Answer with that object as valid '
    "JSON and nothing else; change nothing in its texts."
)


def build(  # those of ``partial.build``, and how many
    context: Context,
    family: Family,
    n: int,
    *,
    max_tokens: int,
    stop: tuple[str, ...] = (),
    soft_switch: str = "",
) -> Prompt:
    """The chat for ``n`` answers of up to ``max_tokens`` each, equal for equal arguments."""
    return chat.build(
        context,
        family,
        max_tokens=n * max_tokens,
        stop=stop,
        soft_switch=soft_switch,
        form=_FORM.format(n=n),
    )


def to_repair(prompt: Prompt, text: str) -> Prompt:
    """What asks a model to make JSON of what was to be some: the whole of it, and nothing of the code around."""
    return replace(
        prompt, messages=(Message("user", f"{_REPAIR}\n\n{text}"),), stop=(), as_json=True
    )


def answers_in(text: str) -> tuple[str, ...] | None:
    """The answers, whatever they are called; None for what is no object of JSON.

    There may be a fence around it, or words: not every model is held to JSON.
    """
    try:
        found = json.loads(text[text.find("{") : text.rfind("}") + 1])
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    listed = next((value for value in found.values() if isinstance(value, list)), ())
    # Half a character, as JSON can spell it, is none.
    return tuple(each.encode(errors="ignore").decode() for each in listed if isinstance(each, str))
