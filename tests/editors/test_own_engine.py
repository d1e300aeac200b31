"""From a running engine to ghost text in two commands; and what an editor says where the engine is not as it should be."""

from __future__ import annotations

import re
import subprocess
import threading
import tomllib

import pytest

from support.editors.emacs import Emacs, readme_lines
from support.editors.neovim import PLUGIN, Neovim, program, with_init
from support.editors.screen import wait_for_ghost
from support.editors.terminal import wait_until
from support.engines.llama import LlamaServer, free_port, model_that_says
from support.engines.replicas import LLAMA_CPP_HEADER, Replica, llama_cpp, ollama

pytestmark = [pytest.mark.editor, pytest.mark.llama, pytest.mark.timeout(600)]

README = (PLUGIN / "README.md").read_text(encoding="utf-8")
(LINES,) = re.findall(r"```lua\n(vim\.opt\.runtimepath.*?)```", README, re.DOTALL)
SAYS = "count"
FILE = "def size(first, second):\n    total ="


def opened(home, text=FILE, init=LINES):
    with_init(home, init)
    home.write("project/a.py", text)
    return Neovim(program("current"), home, "a.py", lines=40, columns=120)


def settings_of(home):
    return tomllib.loads((home.folder / ".config/infill-ls/config.toml").read_text())


def test_setup_and_an_editor_lead_to_ghost_text(home):
    """A real server, a fresh home, one command, and the first line that is typed."""
    with LlamaServer(model=model_that_says(f"{SAYS}\n")) as llama:
        setup = [str(home.folder / "bin/infill-ls"), "setup", llama.origin, "--write"]
        done = subprocess.run(setup, env=home.environment, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        with opened(home) as editor:
            editor.wait_for_client()
            editor.type("GA")
            editor.wait_for_mode("i")
            editor.type(" ")
            editor.wait_for(f"total = {SAYS}")
            assert editor.buffer()[-1] == "    total = ", "what stands behind it is grey"
            editor.quit()
    home.assert_no_server_left()


def test_an_engine_is_set_up_from_inside_neovim(home):
    """What is found is shown, and written where the user agrees; the server then asks it."""
    with LlamaServer(model=model_that_says(f"{SAYS}\n")) as llama, opened(home) as editor:
        editor.wait_for_client()
        editor.command(f"Infill setup {llama.origin}")
        editor.wait_for('kind = "llama.cpp"', "1: Write these lines")
        assert not (home.folder / ".config/infill-ls/config.toml").exists()
        editor.type("1")
        editor.press("Enter")
        editor.wait_for("Written to", "ok    speed")
        assert settings_of(home)["provider"]["kind"] == "llama.cpp"
        editor.type("q")
        wait_until(lambda: len(home.started()) == 2 and len(home.running()) == 1, "server with the new settings")
        editor.wait_for_client()
        editor.type("GA")
        editor.wait_for_mode("i")
        editor.type(" ")
        editor.wait_for(f"total = {SAYS}")
        editor.quit()


def test_an_engine_is_set_up_from_inside_emacs(home):
    """The same, by ``M-x infill-ls-setup``; from then on its suggestions stand at the cursor."""
    emacs = Emacs(home)
    emacs.init(readme_lines(0))
    path = home.write("project/a.py", FILE)
    with LlamaServer(model=model_that_says(f"{SAYS}\n")) as llama:
        with emacs.visit(path, 2) as terminal:
            terminal.wait_for("infill")
            set_up(terminal, llama.origin.removeprefix("http://"))

            def is_found(screen):
                if "the server is starting; try again" in screen:
                    set_up(terminal, llama.origin.removeprefix("http://"))
                return "Write these lines" in screen

            terminal.wait_for(is_found)
            assert not (home.folder / ".config/infill-ls/config.toml").exists()
            terminal.type("yes")
            terminal.press("Enter")
            terminal.wait_for("Written to")
            terminal.press("C-x", "C-c")
            assert terminal.wait_for_end() == 0
        assert settings_of(home)["provider"]["kind"] == "llama.cpp"
        with emacs.visit(path, 2) as terminal:
            terminal.wait_for("infill")
            terminal.press("C-e")
            terminal.type(" ")
            wait_for_ghost(terminal, SAYS)
            terminal.press("C-x", "C-c")
            terminal.wait_for("Save file")
            terminal.type("n")
            terminal.wait_for("exit anyway")
            terminal.type("yes")
            terminal.press("Enter")
            assert terminal.wait_for_end() == 0
    home.assert_no_server_left()


def set_up(terminal, address):
    """By the command, with a prefix argument."""
    terminal.press("C-u", "M-x")
    terminal.type("infill-ls-setup")
    terminal.press("Enter")
    terminal.wait_for("Address: http://")
    terminal.type(address)
    terminal.press("Enter")


def test_a_model_that_is_being_loaded_is_named_in_the_status_line(home):
    """And no longer, once it is there."""
    loads = threading.Event()
    with Replica(llama_cpp(), LLAMA_CPP_HEADER, text=SAYS, loads=loads) as engine:
        home.settings(provider={"kind": "llama.cpp", "base_url": engine.url, "model": "coder.gguf"})
        with opened(home) as editor:
            editor.wait_for_client()
            status = "require('infill_ls').statusline()"
            wait_until(lambda: editor.lua(status) == "infill: Loading coder.gguf …", "status while loading")
            loads.set()
            wait_until(lambda: editor.lua(status) == "infill", "status afterwards")
            editor.quit()


def stopped(_replica):
    return {"kind": "llama.cpp", "base_url": f"http://127.0.0.1:{free_port()}"}


def its(**more):
    return lambda replica: {"base_url": replica.url, **more}


OWN = {"qwen2.5-coder:7b": ["completion", "insert"]}
TROUBLE = {
    "it is stopped": (Replica({}), stopped, "start it (`llama-server -m MODEL.gguf`)"),
    "the model was not pulled": (
        Replica(ollama(models=OWN)),
        its(kind="ollama", model="qwen2.5-coder:3b"),
        "get it by `ollama pull qwen2.5-coder:3b`",
    ),
    "the model is still loaded": (
        Replica(llama_cpp(), LLAMA_CPP_HEADER, loads=threading.Event()),
        its(kind="llama.cpp", model="coder.gguf"),
        "coder.gguf is being loaded at",
    ),
    "the window is too small": (
        Replica(llama_cpp(window=512), LLAMA_CPP_HEADER),
        its(kind="llama.cpp"),
        "512 tokens at once: prompts are kept to that, and a larger `-c` of llama-server",
    ),
    "it is a chat model": (
        Replica(llama_cpp(model="SmolLM2.gguf", fim=False), LLAMA_CPP_HEADER),
        its(kind="llama.cpp"),
        "was not trained to fill in the middle",
    ),
}


@pytest.mark.parametrize(("replica", "provider", "told"), TROUBLE.values(), ids=TROUBLE)
def test_what_is_wrong_is_one_sentence_that_helps(home, replica, provider, told):
    """In ``:checkhealth``, with the settings of ``vim.g.infill_ls``, of which the file knows nothing."""
    with replica as engine:
        values = ", ".join(f"{name} = '{value}'" for name, value in provider(engine).items())
        init = f"vim.g.infill_ls = {{ settings = {{ provider = {{ {values} }} }} }}\n{LINES}"
        with opened(home, init=init) as editor:
            editor.wait_for_client()
            editor.command("Infill doctor")
            wait_until(lambda: said(editor, told), told)
            editor.quit()


def said(editor, told):
    """Whether it stands in the buffer, whose long lines are as long as they are."""
    return told in " ".join("\n".join(editor.buffer()).split())
