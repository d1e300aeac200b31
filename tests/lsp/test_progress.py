"""Progress is shown for what takes longer than a second, and can be ended by the user."""

import pytest
from lsprotocol import types

from infill_ls.lsp.progress import SILENT_S, Progress
from support.clients.hostile_words import BAD, is_harmless


class Wire:
    """What a progress needs of the protocol."""

    def __init__(self):
        self.cancellable = {}
        self.sent = []
        self.messages = []

    def send_request(self, method, params):
        self.sent.append((method, params.token))

    def notify(self, _method, params):
        self.sent.append((params.token, params.value.kind))
        self.messages.append(getattr(params.value, "message", None))


def check(reports, *, seconds, supported=True, cancel=None):
    """What is sent for a work of so many seconds, its token replaced by ``T``."""
    wire = Wire()
    now = iter([0.0] + [seconds] * len(reports))
    progress = Progress(wire, "title", supported=supported, cancel=cancel, now=lambda: next(now))
    for message in reports:
        progress.report(message)
    open_tokens = list(wire.cancellable)
    progress.end()
    assert wire.cancellable == {}
    tokens = {word for sent in wire.sent for word in sent if "-" in word}
    return [tuple("T" if word in tokens else word for word in sent) for sent in wire.sent], open_tokens


def test_what_is_quick_is_not_shown():
    """Neither is what the client cannot show."""
    assert check(["a", "b"], seconds=SILENT_S / 2) == ([], [])
    assert check(["a", "b"], seconds=SILENT_S * 2, supported=False) == ([], [])


def test_what_takes_long_is_created_once_and_ended():
    """In the protocol's order."""
    sent, _ = check(["a", "b"], seconds=SILENT_S * 2)

    created = (types.WINDOW_WORK_DONE_PROGRESS_CREATE, "T")
    assert sent == [created, ("T", "begin"), ("T", "report"), ("T", "end")]


@pytest.mark.parametrize("name", BAD)
def test_what_a_folder_is_called(name):
    """It is shown beside the bar."""
    wire = Wire()
    now = iter([0.0, 2.0, 2.0])
    progress = Progress(wire, "title", supported=True, now=lambda: next(now))
    progress.report(f"{name}: 300 files")
    progress.report(f"{name}: 600 files")

    assert [message for message in wire.messages if not is_harmless(message)] == []
    assert len(wire.messages) == 2


def test_what_can_be_cancelled_is_known_by_its_token():
    """Until it ends."""
    _, tokens = check(["a"], seconds=SILENT_S * 2, cancel=lambda: None)

    assert len(tokens) == 1
