"""Parameters a little off the specification, as clients in use send them -> parameters that its types take.

Eclipse's LSP4E sends no ``languageId``, and some serialisers write null for what is not there. What cannot be meant in
one way only stays as it is, and is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from lsprotocol import types

UNTOLD: Final = 0
"""The version of a document whose client tells none."""


def tolerated(method: str, params: Any) -> Any:
    """The parameters of a message, with what is missing or null filled in where there is one thing that it can mean."""
    fill = _FILLS.get(method)
    return fill(params) if fill is not None and isinstance(params, dict) else params


def _opened(params: dict[str, Any]) -> dict[str, Any]:
    return _with_document(params, {"languageId": "", "version": UNTOLD})


def _changed(params: dict[str, Any]) -> dict[str, Any]:
    changes = params.get("contentChanges")
    if isinstance(changes, list):
        params = {**params, "contentChanges": list(map(_change, changes))}
    return _with_document(params, {"version": UNTOLD})


def _change(change: Any) -> Any:
    """Without a length, which is deprecated and tells nothing, and without a range that is null: that means all."""
    if not isinstance(change, dict):
        return change
    return {
        key: value
        for key, value in change.items()
        if key != "rangeLength" and (key, value) != ("range", None)
    }


def _asked_inline(params: dict[str, Any]) -> dict[str, Any]:
    return params if "context" in params else {**params, "context": None}


def _asked_popup(params: dict[str, Any]) -> dict[str, Any]:
    context = params.get("context")
    is_told = isinstance(context, dict) and context.get("triggerKind") is not None
    return params if is_told else {**params, "context": None}


def _asked_actions(params: dict[str, Any]) -> dict[str, Any]:
    """Without what other servers have found wrong there: nothing is done about it, so it need not be right."""
    context = params.get("context")
    return (
        params | {"context": context | {"diagnostics": []}} if isinstance(context, dict) else params
    )


def _with_document(params: dict[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    document = params.get("textDocument")
    if not isinstance(document, dict):
        return params
    filled = {key: value for key, value in defaults.items() if document.get(key) is None}
    return {**params, "textDocument": document | filled} if filled else params


_FILLS: Final[Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    types.TEXT_DOCUMENT_DID_OPEN: _opened,
    types.TEXT_DOCUMENT_DID_CHANGE: _changed,
    types.TEXT_DOCUMENT_INLINE_COMPLETION: _asked_inline,
    types.TEXT_DOCUMENT_COMPLETION: _asked_popup,
    types.TEXT_DOCUMENT_CODE_ACTION: _asked_actions,
}
