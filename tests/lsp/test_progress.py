"""Progress is shown for what takes longer than a second, and can be ended by the user."""

from lsprotocol import types

from infill_ls.lsp.progress import SILENT_S, Progress


class Wire:
    """What a progress needs of the protocol."""

    def __init__(self):
        self.cancellable = {}
        self.sent = []

    def send_request(self, method, params):
        self.sent.append((method, params.token))

    def notify(self, _method, params):
        self.sent.append((params.token, params.value.kind))


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


def test_what_can_be_cancelled_is_known_by_its_token():
    """Until it ends."""
    _, tokens = check(["a"], seconds=SILENT_S * 2, cancel=lambda: None)

    assert len(tokens) == 1
