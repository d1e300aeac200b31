"""A real vLLM for tests, where one is installed: on the search path, or at the path that INFILL_LS_VLLM names.

It is too large to be installed for a test. Where there is none, the tests that need it are skipped by name.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import httpx
import pytest

from support.engines.hf_model import write_hf_model
from support.engines.llama import end, free_port

_START_S = 280
NAME = "tiny-qwen"


class Vllm:
    """A running server whose model says ``says``; ``with Vllm("count") as vllm: vllm.origin``."""

    def __init__(self, says: str) -> None:
        self._says = says
        self._closing = ExitStack()
        self.origin = ""

    def __enter__(self) -> Self:
        program = os.environ.get("INFILL_LS_VLLM") or shutil.which("vllm")
        if program is None:
            pytest.skip("vLLM: not on the search path, nor named by INFILL_LS_VLLM")
        folder = Path(self._closing.enter_context(tempfile.TemporaryDirectory())) / "model"
        write_hf_model(folder, self._says)
        port = free_port()
        self.origin = f"http://127.0.0.1:{port}"
        command = [program, "serve", str(folder), "--served-model-name", NAME, "--host", "127.0.0.1"]
        command += ["--port", str(port), "--max-model-len", "1024", "--enforce-eager", "--dtype", "float32"]
        command += ["--enable-prompt-tokens-details", "--max-num-seqs", "4"]
        output = self._closing.enter_context(tempfile.TemporaryFile())
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | {"VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_NO_USAGE_STATS": "1", "HF_HUB_OFFLINE": "1"},
        )
        self._closing.callback(end, process)
        give_up_at = time.monotonic() + _START_S
        while not self._is_ready():
            if process.poll() is not None or time.monotonic() > give_up_at:
                output.seek(0)
                said = output.read().decode(errors="replace")[-2000:]
                self._closing.close()
                pytest.skip(f"vLLM does not start here: {said}")
            time.sleep(0.2)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.origin}/health", timeout=2).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False
