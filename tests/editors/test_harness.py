"""What the tests of editors stand on: packages, a terminal, a home; each must be able to fail."""

import subprocess
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from support.editors import debian
from support.editors.terminal import Terminal

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]


def test_a_mirror_that_does_not_answer_is_told_from_one_without_the_packages(tmp_path):
    """The first is skipped, the second is a failure."""

    class Empty(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_error(HTTPStatus.NOT_FOUND)

        def log_message(self, *_):
            pass

    empty = HTTPServer(("127.0.0.1", 0), Empty)
    port = empty.server_address[1]
    serving = threading.Thread(target=empty.serve_forever)
    serving.start()
    try:
        with pytest.raises(debian.CannotUnpackError) as refused:
            debian.unpack(tmp_path / "root", "sid", "hello", mirror=f"http://127.0.0.1:{port}")
    finally:
        empty.shutdown()
        serving.join()
        empty.server_close()
    with pytest.raises(debian.MirrorSilentError):
        debian.unpack(tmp_path / "root", "sid", "hello", mirror=f"http://127.0.0.1:{port}")

    assert not isinstance(refused.value, debian.MirrorSilentError)
    assert [each.name for each in tmp_path.iterdir()] == []


def test_a_terminal_types_waits_and_sees_the_end(home):
    """What is missing fails with the screen in the error's notes."""
    with Terminal(
        ["sh", "-c", "read line; echo got:$line; exit 3"], environment=home.environment, folder=home.project
    ) as it:
        it.type("Größe 界 -l")
        it.press("Enter")
        it.wait_for("got:Größe 界 -l")
        assert it.wait_for_end() == 3

    echo = Terminal(["sh", "-c", "echo here; cat"], environment=home.environment, folder=home.project)
    with pytest.raises(TimeoutError) as missing:
        wait_in(echo, "here", "there")
    assert "here" in missing.value.__notes__[0]


def wait_in(terminal, *texts):
    with terminal:
        for text in texts:
            terminal.wait_for(text, 5 if text == texts[0] else 0.1)


def test_a_server_that_stays_is_noticed(home):
    """The server on the search path is the one under test, and each of its processes is known."""
    server = subprocess.Popen(
        ["infill-ls", "--stdio"], env=home.environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    assert home.wait_for_server() == server.pid

    with pytest.raises(AssertionError):
        home.assert_no_server_left()
    server.stdin.close()
    server.wait()

    home.assert_no_server_left()
