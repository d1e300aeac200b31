"""An engine of the user's own behind the real process: found out about, loaded once, asked in its own way."""

from __future__ import annotations

import asyncio
import contextlib
import threading

from support.clients.editor import INVOKED, items_of
from support.clients.server_session import session
from support.engines.replicas import LLAMA_CPP_HEADER, Replica, llama_cpp, ollama

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


async def suggested(editor, uri, replica):
    """Waits until the model's own text is what is suggested, in one document after the other, as nothing is cached."""
    async with asyncio.timeout(30):
        for number in range(10_000):
            here = uri.replace("a.py", f"{number}.py")
            editor.open(here, DOCUMENT)
            items = items_of(await editor.inline_completion(here, 1, 15, INVOKED))
            if [item["insertText"] for item in items] == [replica.text]:
                return


async def test_a_llama_cpp_that_still_loads_is_shown_to_load_and_found_out_about_later(project, uri):
    """The status says so, without a popup; and once the model is there, it is asked in llama.cpp's own way."""
    loads = threading.Event()
    with Replica(llama_cpp(window=2048), LLAMA_CPP_HEADER, text="first_value", loads=loads) as engine:
        options = {"provider": {"kind": "openai", "base_url": engine.url}, "status": True}
        async with session(project, options | {"completion": {"debounce_ms": 0}}) as editor:
            assert await asyncio.to_thread(engine.load_begun.wait, 20)
            editor.open(uri, DOCUMENT)
            async with asyncio.timeout(20):
                while not any(
                    each["message"].startswith("Loading") for each in editor.notifications("infill-ls/status")
                ):
                    await editor.inline_completion(uri, 1, 15, INVOKED)
            loads.set()
            await suggested(editor, uri, engine)
            async with asyncio.timeout(20):
                while not any(body["max_tokens"] and body.get("timings_per_token") for body in completions(engine)):
                    await suggested(editor, uri.replace("a.py", "b.py"), engine)
            assert editor.notifications("infill-ls/status")[-1]["message"] == ""
            assert not editor.notifications("window/showMessage")


async def test_a_slow_engine_gets_prompts_that_it_reads_in_time(project, uri):
    """After the first, which shows how slow it is; their start stays where it is while somebody types."""
    timings = {"cache_n": 0, "prompt_n": 2000, "prompt_ms": 8000.0, "predicted_n": 3}
    text = "".join(f"value_{number:03} = {number}\n" for number in range(800))
    with Replica(llama_cpp(), LLAMA_CPP_HEADER, text="first_value", timings=timings) as engine:
        # As the server says it: there is no news that another engine would be made of meanwhile.
        own = {"kind": "llama.cpp", "base_url": engine.url, "model": "qwen2.5-coder-1.5b-q8_0.gguf"}
        options = {"provider": own, "completion": {"debounce_ms": 0, "speculate": False}}
        async with session(project, options) as editor:
            buffer = editor.open(uri, text)
            buffer.cursor = len(text)
            for key in ("a", "b", "c", "d", "e", "f"):
                editor.type(uri, f"{key}x = ")
                await editor.inline_completion(uri, trigger_kind=INVOKED)
                editor.type(uri, "1\n")
            await editor.shutdown()

    prompts = [body["prompt"] for body in completions(engine) if body["max_tokens"]]
    starts = [prompt.partition("value_")[2][:3] for prompt in prompts]
    assert len(prompts) == 6
    assert len(prompts[0]) > 6_000, "250 tokens a second are 500 in time, of which only powers of two are taken"
    # Of 256 tokens, as long as the first prompt counted them.
    assert all(256 < len(prompt) < 1_300 for prompt in prompts[1:]), [len(prompt) for prompt in prompts]
    assert len(set(starts[1:])) <= 2, starts


async def test_nothing_is_read_ahead_where_it_may_be_paid_for_or_completions_are_off(project, uri):
    """Nor is a file that holds secrets."""
    text = "first_value = 1\nsecond_value = "
    for kind, more in (("openai", {}), ("litellm", {}), ("llama.cpp", {"trigger": "manual"}), ("llama.cpp", {})):
        with Replica({}, text="first_value") as engine:
            options = {"provider": {"kind": kind, "base_url": engine.url, "family": "qwen-coder"}, "completion": more}
            async with session(project, options) as editor:
                editor.open(uri if kind != "llama.cpp" or more else uri.replace("a.py", ".env"), text)
                await asyncio.sleep(0.8)
                await editor.shutdown()
        assert completions(engine) == [], (kind, more)


async def test_what_the_next_line_is_shown_of_other_files_is_read_in_a_pause(project, uri):
    """By the real process, whose llama.cpp is sent a prompt that asks for nothing."""
    (project / ".git").mkdir()
    names = ("render_page", "fetch_item", "draw_circle", "parse_header", "close_socket", "merge_rows", "encode_frame")
    for number, name in enumerate(names):
        (project / f"module_{number}.py").write_text(f"def {name}(given: bytes) -> str: ...\n")
    with Replica(llama_cpp(), LLAMA_CPP_HEADER, text="first_value") as engine:
        own = {"kind": "llama.cpp", "base_url": engine.url, "model": "qwen2.5-coder-1.5b-q8_0.gguf"}
        async with session(project, {"provider": own, "completion": {"debounce_ms": 0}}) as editor:
            buffer = editor.open(uri, "first = 1\n")
            buffer.cursor = len(buffer.text)
            for name in names:  # at first the project is still being read
                for typed in ("value = ", f"{name}(first"):
                    editor.type(uri, typed)
                    await editor.inline_completion(uri, trigger_kind=INVOKED)
                editor.type(uri, ")")
                with contextlib.suppress(TimeoutError):
                    await editor.wait_for(lambda: any("<|file_sep|>module" in each for each in read_ahead(engine)), 2)
                    break
                editor.type(uri, "\n")
            assert any("<|file_sep|>module" in each for each in read_ahead(engine))
            await editor.shutdown()


def read_ahead(engine):
    return [body["prompt"] for body in completions(engine) if not body["max_tokens"]]


async def test_a_server_that_says_nothing_of_itself_holds_nobody_up(project, uri):
    """Its answers to what is asked to find out never come; the first completion does, and the editor starts as ever."""
    quiet = threading.Event()
    with Replica({}, text="first_value", answers_looks=quiet) as engine:
        options = {"provider": {"kind": "openai", "base_url": engine.url, "model": "qwen2.5-coder"}}
        async with session(project, options | {"completion": {"debounce_ms": 0}}) as editor:
            editor.open(uri, DOCUMENT)
            items = items_of(await editor.inline_completion(uri, 1, 15, INVOKED))
            assert [item["insertText"] for item in items] == ["first_value"]
            assert not quiet.is_set()
            await editor.shutdown()


def completions(engine):
    return [body for _, path, body in engine.requests if path == "/v1/completions"]


async def test_at_the_next_start_a_server_is_asked_in_its_own_way_at_once(project, uri):
    """What it said is on disk: no second engine, though it says nothing of itself this time."""
    options = {"completion": {"debounce_ms": 0}}
    with Replica(llama_cpp(window=2048), LLAMA_CPP_HEADER, text="first_value") as engine:
        options |= {"provider": {"kind": "openai", "base_url": engine.url}}
        async with session(project, options) as editor:
            async with asyncio.timeout(20):
                while not any(body.get("timings_per_token") for body in completions(engine)):
                    await suggested(editor, uri, engine)
        engine.requests.clear()
        engine.routes = {}
        async with session(project, options) as editor:
            await suggested(editor, uri, engine)

    assert completions(engine)
    assert all(body.get("timings_per_token") for body in completions(engine))
