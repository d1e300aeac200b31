"""An engine of the user's own behind the real process: found out about, loaded once, asked in its own way."""

from __future__ import annotations

import asyncio
import threading

from support.editor_client import INVOKED, items_of
from support.engine_replicas import Replica, ollama
from support.server_session import session

DOCUMENT = "first_value = 1\nsecond_value = \n"


async def test_a_cold_ollama_behind_an_openai_address_is_loaded_once_and_never_sent_a_chat(project, uri):
    """While it loads, keys are answered without it, and nobody is bothered."""
    loads = threading.Event()
    with Replica(ollama(), text="first_value", loads=loads) as engine:
        own = {"kind": "openai", "base_url": engine.url, "model": "qwen2.5-coder:7b"}
        options = {"provider": own, "completion": {"debounce_ms": 0}}
        async with session(project, options) as editor:
            assert await asyncio.to_thread(engine.load_begun.wait, 20)
            editor.open(uri, DOCUMENT)
            for _ in range(5):
                await editor.inline_completion(uri, 1, 15, INVOKED)
            assert (engine.loads_begun, engine.loads_aborted) == (1, 0)

            loads.set()
            items = []
            async with asyncio.timeout(20):
                for number in range(1000):
                    here = uri.replace("a.py", f"{number}.py")
                    editor.open(here, DOCUMENT)
                    items = items_of(await editor.inline_completion(here, 1, 15, INVOKED))
                    if items:
                        break
            assert [item["insertText"] for item in items] == ["first_value"]
            assert not editor.notifications("window/showMessage")

    asked = [(path, body) for _, path, body in engine.requests if path.startswith(("/api/generate", "/v1/"))]
    assert {path for path, _ in asked} <= {"/api/generate", "/v1/models"}
    assert all(body.get("raw") for path, body in asked if body and "prompt" in body)
