"""A real Ray cluster of this machine alone, for tests: two workers, started, looked into, ended."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest

from support.engines.llama import end

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WORKERS = 2
_START_S = 60
_MEMORY = 80_000_000
"""Bytes of shared memory, about the least that Ray takes."""


class RayCluster:
    """A running cluster; ``with RayCluster(environ) as cluster: cluster.address``.

    Args:
        environ: what its workers have in their environment.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._closing = ExitStack()
        self.address = ""

    def __enter__(self) -> Self:
        # Paths of sockets have to be short.
        self.folder = Path(tempfile.mkdtemp(prefix="ray"))
        self._closing.callback(shutil.rmtree, self.folder, ignore_errors=True)
        options = ["--head", "--block", f"--num-cpus={WORKERS}", "--port=0", "--include-dashboard=false"]
        options += [f"--object-store-memory={_MEMORY}", f"--temp-dir={self.folder}", "--disable-usage-stats"]
        output = self._closing.enter_context(tempfile.TemporaryFile())
        self._process = subprocess.Popen(
            [str(Path(sys.executable).parent / "ray"), "start", *options, "--node-ip-address=127.0.0.1"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={"PATH": os.environ["PATH"], "RAY_AUTH_MODE": "disabled", **self._environ},
        )
        self._closing.callback(end, self._process)
        written, give_up_at = self.folder / "ray_current_cluster", time.monotonic() + _START_S
        while not written.exists() or not (address := written.read_text().strip()):
            if self._process.poll() is not None or time.monotonic() > give_up_at:
                output.seek(0)
                said = output.read().decode(errors="replace")[-1000:]
                self._closing.close()
                pytest.skip(f"Ray does not start here: {said}")
            time.sleep(0.05)
        self.address = address
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def written(self) -> Iterator[bytes]:
        """All that Ray has written down: logs, state, and what it has spilled."""
        for path in self.folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                yield path.read_bytes()

    def kill_busy_workers(self) -> None:
        """End the processes in which tasks run, as the system does when memory is short."""
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,args="], check=True, capture_output=True, text=True)
        rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
        parents = {pid: parent for pid, parent, _ in rows}
        for pid, parent, args in rows:
            if args.startswith("ray::answer") and parents.get(parent) == str(self._process.pid):
                os.kill(int(pid), signal.SIGKILL)
