"""How long a thread that reads the project keeps the interpreter from the loop."""

from __future__ import annotations

import subprocess
import sys

SERVER = """
import os, sys, threading, time

def watch(told):
    while sys.getswitchinterval() > 0.001:
        time.sleep(0.01)
    os.write(told, b"it lets go")
    os._exit(0)

threading.Thread(target=watch, args=(os.dup(2),), daemon=True).start()
sys.argv[1:] = ["--stdio"]
from infill_ls.__main__ import main
sys.exit(main())
"""
HELLO = '{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"processId": null, "capabilities": {}}}'


def test_a_thread_that_works_lets_go_of_the_interpreter_before_a_key_is_felt():
    """Python's own five milliseconds are waited for at each step of a key."""
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    with server:
        server.stdin.write(f"Content-Length: {len(HELLO)}\r\n\r\n{HELLO}".encode())
        server.stdin.flush()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
        assert server.stderr.read() == b"it lets go"
