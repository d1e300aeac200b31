"""What is read from a client's first words, and what it is offered."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infill_ls.lsp.capabilities import initialize_result, read_client, serves_completion
from infill_ls.settings.schema import CompletionSettings, Settings
from support.clients.editor import recorded_client

# The first draw reads Unicode tables: how long that takes says nothing of the code under test.
busy_machine = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

EDITORS = {
    # editor: name, encoding, declares inline completion, may register for configuration, is offered plain completion
    "neovim": ("Neovim", "utf-8", True, False, False),
    "vscode": ("code-server", "utf-16", True, True, False),
    "emacs-lsp-mode": ("emacs", "utf-32", False, False, False),
    "emacs28-lsp-mode": ("emacs", "utf-32", False, False, False),
    "emacs-eglot": ("Eglot", "utf-32", False, False, True),
    "helix": ("helix", "utf-8", False, False, True),
}


@pytest.mark.parametrize("editor", EDITORS)
def test_recorded_editors(editor):
    """Each editor as it introduced itself."""
    recorded = recorded_client(editor)
    name, encoding, inline, registers, falls_back = EDITORS[editor]
    client = read_client(recorded)
    assert (client.name, client.encoding, client.inline_completion) == (name, encoding, inline)
    assert (client.configuration, client.configuration_registration) == (True, registers)
    assert (client.work_done_progress, client.status) == (True, False)
    assert client.inserts_as_it_comes is client.popup_only_for_typing is (editor == "helix")
    assert not client.counts_triggers_from_zero
    assert (client.process_id, client.folders) == (recorded["processId"], ("file:///home/user/proj",))
    offered = initialize_result(client, Settings())["capabilities"]
    assert offered["positionEncoding"] == encoding
    assert offered["inlineCompletionProvider"], "an empty table counts as none in some clients"
    assert ("completionProvider" in offered) is falls_back


@pytest.mark.parametrize(("setting", "offered"), [("on", True), ("off", False)])
@pytest.mark.parametrize("editor", EDITORS)
def test_the_user_decides_on_the_fallback(editor, setting, offered):
    """``completion.fallback`` overrides what is known of the editor."""
    settings = Settings(completion=CompletionSettings(fallback=setting))
    assert serves_completion(read_client(recorded_client(editor)), settings) is offered


@pytest.mark.parametrize(
    ("edits", "from_zero"), [({"documentChanges": True}, True), ({"metadataSupport": True}, False)], ids=["9", "10"]
)
def test_a_client_library_is_known_by_what_it_declares(edits, from_zero):
    """vscode-languageclient 9 has the numbers of the protocol's draft, 10 and 11 have the final ones."""
    capabilities = {"general": {"markdown": {"parser": "marked"}}, "workspace": {"workspaceEdit": edits}}
    assert read_client({"capabilities": capabilities}).counts_triggers_from_zero is from_zero


ENCODINGS = {
    "none": (None, "utf-16"),
    "empty": ([], "utf-16"),
    "first known": (["utf-7", "utf-32", "utf-8"], "utf-32"),
    "only unknown": (["utf-7"], "utf-16"),
    "no list": ("utf-8", "utf-16"),
    "no strings": ([8, None, ["utf-8"]], "utf-16"),
}


@pytest.mark.parametrize(("offered", "expected"), ENCODINGS.values(), ids=ENCODINGS.keys())
def test_encodings(offered, expected):
    """The first that is known; UTF-16 where there is none."""
    assert read_client({"capabilities": {"general": {"positionEncodings": offered}}}).encoding == expected


PROCESS_IDS = {"plain": (7, 7), "null": (None, None), "zero": (0, None), "negative": (-1, None), "huge": (2**70, None)}
PROCESS_IDS |= {"boolean": (True, None), "string": ("7", None)}


@pytest.mark.parametrize(("sent", "read"), PROCESS_IDS.values(), ids=PROCESS_IDS.keys())
def test_process_ids(sent, read):
    """What can be no process is no process."""
    assert read_client({"processId": sent}).process_id == read


FOLDERS = {
    "folders": ({"workspaceFolders": [{"uri": "file:///a"}, {"uri": "file:///b"}]}, ("file:///a", "file:///b")),
    "folders win over the root": ({"workspaceFolders": [{"uri": "file:///a"}], "rootUri": "file:///r"}, ("file:///a",)),
    "only a root": ({"rootUri": "file:///r"}, ("file:///r",)),
    "null folders": ({"workspaceFolders": None, "rootUri": "file:///r"}, ("file:///r",)),
    "nothing": ({"rootUri": None}, ()),
    "rubbish": ({"workspaceFolders": [None, 1, {"uri": 2}, {"uri": ""}]}, ()),
}


@pytest.mark.parametrize(("params", "expected"), FOLDERS.values(), ids=FOLDERS.keys())
def test_folders(params, expected):
    """The workspace's folders, or its one root."""
    assert read_client(params).folders == expected


NAMES = ["capabilities", "clientInfo", "general", "name", "positionEncodings", "processId", "rootUri", "textDocument"]
NAMES += ["initializationOptions", "inlineCompletion", "status", "uri", "window", "workspace", "workspaceFolders"]
NAMES += ["configuration", "didChangeConfiguration", "dynamicRegistration", "workDoneProgress"]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=20,
)


@busy_machine
@given(st.dictionaries(st.sampled_from(NAMES), json_values, max_size=6))
def test_any_first_words_are_survived(params):
    """Arbitrary JSON gives a client, and a result to send it."""
    client = read_client(params)
    assert client.encoding in ("utf-8", "utf-16", "utf-32")
    assert initialize_result(client, Settings())["serverInfo"]["name"] == "infill-ls"
