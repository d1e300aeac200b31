"""The server's own converter says of everything that comes and goes what lsprotocol's says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import Enum
from types import NoneType
from typing import Any, Union, get_args, get_origin

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types
from pygls.protocol import default_converter

from infill_ls.lsp.converter import Converter
from infill_ls.lsp.tolerant import tolerated

THEIRS, OURS = default_converter(), Converter({})

TAKEN = (
    types.CANCEL_REQUEST,
    types.INITIALIZED,
    types.SET_TRACE,
    types.TEXT_DOCUMENT_CODE_ACTION,
    types.TEXT_DOCUMENT_COMPLETION,
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.TEXT_DOCUMENT_DID_CLOSE,
    types.TEXT_DOCUMENT_DID_OPEN,
    types.TEXT_DOCUMENT_DID_SAVE,
    types.TEXT_DOCUMENT_INLINE_COMPLETION,
    types.WINDOW_WORK_DONE_PROGRESS_CANCEL,
    types.WORKSPACE_DID_CHANGE_CONFIGURATION,
    types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
    types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
    types.WORKSPACE_DID_DELETE_FILES,
    types.WORKSPACE_DID_RENAME_FILES,
    types.WORKSPACE_EXECUTE_COMMAND,
)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2**33) | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda each: st.lists(each, max_size=2) | st.dictionaries(st.text(max_size=3), each, max_size=2),
    max_leaves=4,
)


def plain(kind):
    """JSON that means a record of this kind."""
    choices = get_args(kind)
    if attrs.has(kind):
        fields = {(name(field), field.default is attrs.NOTHING): plain(field.type) for field in attrs.fields(kind)}
        needed = {key: values for (key, is_needed), values in fields.items() if is_needed}
        return st.fixed_dictionaries(
            needed, optional={key: values for (key, _), values in fields.items() if key not in needed} | {"more": ANY}
        )
    if get_origin(kind) is Sequence:
        return st.lists(plain(choices[0]), max_size=3)
    if get_origin(kind) is Union:
        return st.one_of(map(plain, choices))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from([each.value for each in kind])
    return {str: st.text(max_size=5), int: st.integers(0, 2**31 - 1), NoneType: st.none(), Any: ANY}[kind]


def name(field):
    first, *more = field.name.split("_")
    return first + "".join(map(str.title, more))


def params(method):
    return types.METHOD_TO_TYPES[method][2]


@given(st.sampled_from(TAKEN).flatmap(lambda method: st.tuples(st.just(method), plain(params(method)))))
def test_what_comes_is_read_as_lsprotocol_reads_it(message):
    method, said = message

    assert OURS.structure(said, params(method)) == THEIRS.structure(said, params(method))


def places(value):
    """Where something stands in it: keys, from the outside in."""
    yield ()
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from ((key, *more) for more in places(value[key]))


def put(value, place, other):
    if not place:
        return other
    copy = value.copy()
    copy[place[0]] = put(value[place[0]], place[1:], other)
    return copy


@given(st.sampled_from(TAKEN).flatmap(lambda method: st.tuples(st.just(method), plain(params(method)))), st.data(), ANY)
def test_what_is_not_as_it_should_be_is_refused_or_read_as_lsprotocol_reads_it(message, data, other):
    """It is refused, too, where theirs makes a string of a number, or a list of a string's letters.

    A language's name may be anything, since what is no name counts as none.
    """
    method, said = message
    place = data.draw(st.sampled_from(list(places(said))))
    said = put(said, place, "" if place[-1:] == ("languageId",) else other)
    try:
        ours = OURS.structure(said, params(method))
    except Exception:  # noqa: BLE001  # whatever the records' own checks raise
        return

    assert ours == THEIRS.structure(said, params(method))


SPAN = types.Range(types.Position(1, 2), types.Position(1, 4))
EDIT = types.TextEdit(SPAN, "x")
CHANGED = types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier("file:///a", None), [EDIT])
RUN = types.Command("Accepted", "infill-ls.accept", arguments=["1", [2]])
SENT = [
    types.InlineCompletionResponse(1, types.InlineCompletionList([])),
    types.InlineCompletionResponse(1, None),
    types.InlineCompletionList([types.InlineCompletionItem("x", range=SPAN, command=RUN)]),
    types.CompletionList(
        True,
        [
            types.CompletionItem(
                "x",
                kind=types.CompletionItemKind.Text,
                documentation=types.MarkupContent(types.MarkupKind.Markdown, "x"),
                preselect=False,
                text_edit=EDIT,
                command=RUN,
            )
        ],
    ),
    types.CodeAction("x", "quickfix", edit=types.WorkspaceEdit(changes={"file:///a": [EDIT]})),
    types.ApplyWorkspaceEditRequest(
        "1", types.ApplyWorkspaceEditParams(types.WorkspaceEdit(document_changes=[CHANGED]))
    ),
    types.RegistrationParams([types.Registration("1", "m", {"a": None})]),
    types.ConfigurationParams([types.ConfigurationItem(section="a")]),
    types.LogMessageNotification(types.LogMessageParams(types.MessageType.Info, "x")),
    types.ShowMessageParams(types.MessageType.Warning, "x"),
    types.WorkDoneProgressCreateParams("1"),
    types.ProgressParams(1, types.WorkDoneProgressBegin("x", cancellable=False, percentage=0)),
    types.ProgressParams("1", types.WorkDoneProgressReport(message="x")),
    types.ProgressParams("1", types.WorkDoneProgressEnd()),
    types.ResponseErrorMessage(None, types.ResponseError(1, "x")),
]


@pytest.mark.parametrize("record", SENT, ids=repr)
def test_what_goes_is_written_as_lsprotocol_writes_it(record):
    def plainly(converter):
        def default(value):
            return value.value if isinstance(value, Enum) else converter.unstructure(value)

        return json.loads(json.dumps(record, default=default))

    assert plainly(OURS) == plainly(THEIRS)


DIAGNOSTICS = [
    {
        "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}},
        "message": {"kind": "plaintext"},
    },
    {"severity": 9, "tags": None},
    None,
]


@pytest.mark.parametrize("said", [*DIAGNOSTICS, DIAGNOSTICS], ids=repr)
def test_others_diagnostics_are_not_looked_at(said):
    """A list of code actions is asked for with what any server found wrong there, in any version of the protocol."""
    place = {"line": 0, "character": 0}
    asked = {"textDocument": {"uri": "file:///a"}, "range": {"start": place, "end": place}}
    method = types.TEXT_DOCUMENT_CODE_ACTION
    found = tolerated(method, asked | {"context": {"diagnostics": said, "triggerKind": 1}})

    assert OURS.structure(found, params(method)).context == types.CodeActionContext(
        (), trigger_kind=types.CodeActionTriggerKind.Invoked
    )
