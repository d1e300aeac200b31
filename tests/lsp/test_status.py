"""What the user is told, and how often."""

import pytest
from lsprotocol import types

from infill_ls.errors import RateLimited, ServiceFailed, Unauthorized
from infill_ls.lsp.status import AGAIN_S, Status


class Heard:
    """A client that listens, and a clock."""

    def __init__(self, *, wanted=True):
        self.now = 0.0
        self.popups = []
        self.states = []
        self.status = Status(self._notify, wanted=wanted, now=lambda: self.now)
        self.status.model = "m"
        self.status.announce()

    def _notify(self, method, params):
        if method == types.WINDOW_SHOW_MESSAGE:
            self.popups.append(params.message)
        else:
            self.states.append((params["kind"], params["busy"], params["message"], params["model"]))


def check(steps, *, popups, states):
    heard = Heard()
    for step in steps:
        step(heard)
    assert (heard.popups, heard.states[1:]) == (popups, states)


def fails(error):
    return lambda heard: heard.status.failed(error)


def asks(host):
    return lambda heard: setattr(heard.status, "host", host)


def is_wrong(*problems):
    return lambda heard: heard.status.warn(*problems)


def works(heard):
    heard.status.answered()


def later(heard):
    heard.now += AGAIN_S


LIMIT, KEY = RateLimited("slow down"), Unauthorized("wrong key")
TOLD, WARNING, NORMAL = "infill-ls: slow down", ("warning", False, "slow down", "m"), ("normal", False, "", "m")


@pytest.mark.parametrize(
    ("steps", "popups", "states"),
    [
        pytest.param([fails(LIMIT)] * 3, [TOLD], [WARNING], id="a cause is told once"),
        pytest.param(
            [fails(LIMIT), works, fails(LIMIT)], [TOLD], [WARNING, NORMAL, WARNING], id="one that comes and goes"
        ),
        pytest.param(
            [fails(LIMIT), later, works, fails(LIMIT)], [TOLD] * 2, [WARNING, NORMAL, WARNING], id="again much later"
        ),
        pytest.param([fails(LIMIT), later, fails(LIMIT)], [TOLD], [WARNING], id="not while nothing worked"),
        pytest.param(
            [step for number in range(9) for step in (fails(RateLimited(f"slow down, {number}")), works)],
            ["infill-ls: slow down, 0"],
            [state for number in range(9) for state in (("warning", False, f"slow down, {number}", "m"), NORMAL)],
            id="one whose words differ each time",
        ),
        pytest.param(
            [fails(LIMIT), fails(ServiceFailed("slow down")), fails(LIMIT)],
            [TOLD] * 2,
            [WARNING] * 3,
            id="another cause in the same words",
        ),
        pytest.param([asks("a"), fails(LIMIT), asks("b"), fails(LIMIT)], [TOLD] * 2, [WARNING], id="another host"),
        pytest.param(
            [is_wrong("a", "b"), is_wrong("b", "a"), is_wrong("a", "c"), is_wrong()],
            ["infill-ls: a. b.", "infill-ls: c"],
            [],
            id="settings that are wrong",
        ),
        pytest.param(
            [is_wrong(*map(str, range(200)))] * 2,
            ["infill-ls: 0. 1. 2. And 197 more: `infill-ls config`."],
            [],
            id="many settings that are wrong",
        ),
        pytest.param(
            [fails(KEY)],
            ["infill-ls: wrong key"],
            [("error", False, "wrong key", "m")],
            id="what only a person can mend",
        ),
        pytest.param(
            [lambda heard: heard.status.switched(on=False), lambda heard: heard.status.switched(on=True)],
            [],
            [("inactive", False, "", "m"), NORMAL],
            id="switched off and on",
        ),
        pytest.param(
            [lambda heard: heard.status.asking(busy=True), lambda heard: heard.status.asking(busy=False)],
            [],
            [("normal", True, "", "m"), NORMAL],
            id="busy",
        ),
    ],
)
def test_what_is_told(steps, popups, states):
    """Popups for people, states for those who asked for them."""
    check(steps, popups=popups, states=states)


def test_the_cause_is_known_before_the_message():
    """So that an editor can show the message with what helps."""
    heard, seen = Heard(), []
    heard.status = Status(lambda method, params: seen.append((method, getattr(params, "message", params))), wanted=True)
    heard.status.announce()
    heard.status.failed(KEY)
    heard.status.answered()

    (_, before), (_, state), (popup, _), (_, after) = seen
    assert [each["cause"] for each in (before, state, after)] == [None, "auth", None]
    assert popup == types.WINDOW_SHOW_MESSAGE


def test_states_are_for_those_who_asked():
    """Others hear nothing that they do not know."""
    heard = Heard(wanted=False)
    heard.status.failed(LIMIT)

    assert (heard.popups, heard.states) == ([TOLD], [])


def test_what_is_told_is_in_no_log_at_the_default_level(caplog):
    """It may name the user's host, and editors keep what a server logs."""
    caplog.set_level("INFO", logger="infill_ls")
    Heard().status.warn("coder.example refuses the key")

    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("INFO", "coder.example refuses the key")
    ]


@pytest.mark.parametrize(
    ("wanted", "popups"),
    [
        pytest.param(False, ["infill-ls: suggestions are off", "infill-ls: suggestions are on"], id="no status"),
        pytest.param(True, [], id="it shows the status itself"),
    ],
)
def test_switching_is_seen_in_every_editor(wanted, popups):
    """Helix, Kate and others have no place where the state would be shown."""
    heard = Heard(wanted=wanted)

    heard.status.switched(on=False)
    heard.status.switched(on=True)

    assert heard.popups == popups
