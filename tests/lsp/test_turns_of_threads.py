"""How long what reads the project keeps the interpreter from the loop."""

from __future__ import annotations

import json
import os
import subprocess
import sys

SERVER = """
import gc, os, sys, threading, time

def watch(told):
    while not gc.isenabled():  # which it is when the server has all that it starts with
        time.sleep(0.01)
    at_start = gc.get_freeze_count()
    while not ({condition}):
        time.sleep(0.01)
    os.write(told, b"so it is")
    os._exit(0)

gc.disable()
threading.Thread(target=watch, args=(os.dup(2),), daemon=True).start()
sys.argv[1:] = ["--stdio"]
from infill_ls.__main__ import main
sys.exit(main())
"""


def check(condition, folder=None):
    """The condition comes true in the server's process once it has been introduced to an editor."""
    command = [sys.executable, "-c", SERVER.format(condition=condition)]
    root = None if folder is None else folder.as_uri()
    hello = {"id": 1, "method": "initialize", "params": {"processId": None, "capabilities": {}, "rootUri": root}}
    pipe, environ = subprocess.PIPE, {**os.environ, "INFILL_LS_BASE_URL": "http://127.0.0.1:1"}
    with subprocess.Popen(command, stdin=pipe, stderr=pipe, stdout=subprocess.DEVNULL, env=environ) as server:
        for message in (hello, {"method": "initialized", "params": {}}):
            body = json.dumps({"jsonrpc": "2.0"} | message)
            server.stdin.write(f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
        server.stdin.flush()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
        assert server.stderr.read() == b"so it is"


def test_a_thread_that_works_lets_go_of_the_interpreter_before_a_key_is_felt():
    """Python's own five milliseconds are waited for at each step of a key."""
    check("sys.getswitchinterval() <= 0.001")


def test_the_garbage_collector_does_not_look_through_what_was_read_of_the_project(tmp_path):
    """It would do so on the loop, all of it at once."""
    for number in range(100):
        functions = "".join(f"def read_{each}_{number}(path, size): ...\n" for each in range(20))
        (tmp_path / f"module_{number}.py").write_text(functions)
    check("gc.get_freeze_count() > at_start + 2000", tmp_path)
