"""Between the protocol's words and the engine's: positions, the item selected in a popup, completions as items."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from lsprotocol import types

from infill_ls.document.position import to_index, to_units
from infill_ls.records import Completion, Encoding, Snapshot
from infill_ls.sentences import harmless
from infill_ls.syntax.languages import row
from infill_ls.syntax.restated import replacing_all, restated_at
from infill_ls.syntax.words import word_before

LONGEST_LABEL = 60
"""Characters of a popup's line; it is as wide as its longest one, and the documentation stands beside it."""

_LANGUAGE = re.compile(r"[\w.+#-]*")
"""What may stand behind a fence: more could end it."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A snapshot to complete, and what has to come back around the completion.

    The text between ``start`` and the cursor is replaced by ``selected_text``: both are empty unless a popup is open,
    whose selected item the completion has to extend.
    """

    snapshot: Snapshot
    place: tuple[int, int]
    """The cursor's line and string index, whatever the popup has selected."""
    cursor: int
    """The cursor's column in the client's units."""
    start: int
    """Where the item's range starts, in the client's units."""
    selected_text: str = ""
    line_end: str = "\n"
    """What ends the lines of an item's text; not a line feed only where the client puts text in as it comes."""


def ask(
    snapshot: Snapshot,
    character: int,
    encoding: Encoding,
    selected: types.SelectedCompletionInfo | None,
) -> Ask:
    """The question as the engine is to see it: as if the item selected in the popup were in the text already."""
    # A line longer than a snapshot is cut at its start; then the client's own count is the only one there is.
    whole_line = len(snapshot.line_before) == snapshot.column
    cursor = to_units(snapshot.line_before, encoding) if whole_line else character
    place = (snapshot.line, snapshot.column)
    if selected is None or not _on_line(selected.range, snapshot.line, cursor):
        return Ask(snapshot, place, cursor, cursor)
    start = selected.range.start.character
    typed = snapshot.line_before[to_index(snapshot.line_before, start, encoding) :]
    if not selected.text.startswith(typed):
        return Ask(snapshot, place, cursor, cursor)
    selected_text = selected.text.replace("\r\n", "\n").replace("\r", "\n")
    prefix = snapshot.prefix[: len(snapshot.prefix) - len(typed)] + selected_text
    column = snapshot.column - len(typed) + len(selected_text)
    return Ask(replace(snapshot, prefix=prefix, column=column), place, cursor, start, selected_text)


def inline_item(
    question: Ask, completion: Completion, encoding: Encoding, request: str
) -> types.InlineCompletionItem:
    """The ghost text as an item whose range lies on the cursor's line and holds the cursor.

    Its command says, too, where the text has again what the range has behind the cursor: a client that takes a part of
    the text knows from that which closing characters to take away.
    """
    place = question.snapshot
    before = place.line_before[: len(place.line_before) - len(question.selected_text)]
    language = row(place.language)
    text, n_replaced = replacing_all(
        question.selected_text + completion.text,
        completion.replaces,
        before,
        place.line_after,
        language,
    )
    replaced = place.line_after[:n_replaced]
    arguments: list[types.LSPAny] = [request]
    if replaced:
        places = restated_at(text, replaced, before, language)
        arguments.append(_in_units(places, text, replaced, encoding))
    end = question.cursor + to_units(replaced, encoding)
    return types.InlineCompletionItem(
        insert_text=text,
        range=types.Range(
            types.Position(place.line, question.start), types.Position(place.line, end)
        ),
        command=types.Command(title="Accepted", command="infill-ls.accept", arguments=arguments),
    )


def completion_item(
    question: Ask, completion: Completion, encoding: Encoding, request: str, *, markdown: bool
) -> types.CompletionItem:
    """The same as an item of a popup, for editors without inline completion.

    Popups filter items by the word before the cursor, so the item replaces that word by itself and the rest. The
    popup shows one line, cut so that it leaves room; the whole text stands beside it as documentation.
    """
    place = question.snapshot
    word = word_before(place.line_before, place.language)
    start = question.cursor - to_units(word, encoding)
    end = question.cursor + to_units(place.line_after[: completion.replaces], encoding)
    span = types.Range(types.Position(place.line, start), types.Position(place.line, end))
    text = word + completion.text
    shown = harmless(text)
    fenced = (
        types.MarkupContent(types.MarkupKind.Markdown, _fenced(shown, place.language))
        if markdown
        else shown
    )
    first, _, rest = text.strip().partition("\n")
    return types.CompletionItem(
        label=_shortened(harmless(first), LONGEST_LABEL) + (" …" if rest else ""),
        kind=types.CompletionItemKind.Text,
        detail="infill-ls",
        documentation=fenced,
        sort_text="\U0010fffe",  # behind what other servers offer
        filter_text=first if word else text.strip(),
        insert_text_format=types.InsertTextFormat.PlainText,
        insert_text_mode=types.InsertTextMode.AsIs,
        text_edit=types.TextEdit(span, text.replace("\n", question.line_end)),
        command=types.Command(title="Accepted", command="infill-ls.accept", arguments=[request]),
    )


def tolerant_context(
    raw: Any, *, counts_from_zero: bool
) -> tuple[types.InlineCompletionTriggerKind, dict[str, Any] | None]:
    """Trigger kind and selected item of an inline completion, from what clients send for its context.

    Clients of the protocol's draft count from zero, 0 for invoked and 1 for automatic. One of them,
    vscode-languageclient 9, sends ranges as pairs.
    """
    raw = raw if isinstance(raw, dict) else {}
    selected = raw.get("selectedCompletionInfo")
    span = selected.get("range") if isinstance(selected, dict) else None
    if isinstance(selected, dict) and isinstance(span, list) and len(span) == 2:
        selected = {**selected, "range": {"start": span[0], "end": span[1]}}
    invoked = raw.get("triggerKind") in ((0,) if counts_from_zero else (0, 1))
    kind = (
        types.InlineCompletionTriggerKind.Invoked
        if invoked
        else types.InlineCompletionTriggerKind.Automatic
    )
    return kind, selected


def request_of(params: Any) -> str | None:
    """The request whose item a notification of acceptance is about, by the item's command; None where it says none."""
    item = params.get("item") if isinstance(params, dict) else None
    command = item.get("command") if isinstance(item, dict) else None
    arguments = command.get("arguments") if isinstance(command, dict) else None
    return str(arguments[0]) if isinstance(arguments, list) and arguments else None


def _in_units(places: Iterable[int], text: str, replaced: str, encoding: Encoding) -> list[int]:
    """The offset in an item's text for each unit that it replaces behind the cursor."""
    return [
        to_units(text[:at], encoding)
        for character, at in zip(replaced, places, strict=True)
        for _ in range(to_units(character, encoding))
    ]


def _on_line(span: types.Range, line: int, cursor: int) -> bool:
    return (
        span.start.line == line == span.end.line
        and span.start.character <= cursor == span.end.character
    )


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 2].rstrip()} …"


def _fenced(text: str, language: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    language = language if _LANGUAGE.fullmatch(language) else ""
    return f"{fence}{language}\n{text}\n{fence}"
