"""What stays behind on the disk: who can read it, and what it says."""

from __future__ import annotations

import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from support.clients.attacks import Ground, Tried, asked, asks, attacked, client, configure, home_of, settled, suggest
from support.model_studio.emulator import Emulator, Failure, Reply

KEY, HEADER, CODE, ANSWER = "sk-canary-41c9", "header-canary-88f2", "code_canary_5a7d", "answer_canary_c031"
SERVICES = {
    "answers": Reply(text=ANSWER),
    "refuses the key and repeats it": Reply(trouble=Failure(401, "invalid_api_key", f"Wrong key: {KEY}")),
    "repeats the request": Reply(trouble=Failure(400, "invalid", f"cannot read {HEADER} {KEY}")),
    "fails in the middle": Reply(text=ANSWER, after=3, trouble=Failure(500, "internal", f"no: {KEY}\n{CODE}")),
    "breaks off": Reply(trouble="close"),
    "fails": Reply(trouble=Failure(500, "x", "no")),
}


async def files_that_stay(ground: Ground) -> AsyncIterator[Tried]:
    """Nobody else can read log, trace and counts, and none of them holds code, an answer, a key or a header."""
    for name, reply in ground.some(SERVICES.items(), 2):
        for mode in ground.some(("fim", "chat"), 1):
            project = ground.project()
            home = home_of(project)
            with Emulator(api_key=None) as studio:
                studio.default = reply
                user = asks(studio.own_url, provider__mode=mode, provider__headers={"X-Secret": HEADER}, log__level="debug")  # fmt: skip
                arguments = ("--log-file", str(home / "log"), "--trace", str(home / "trace"))
                async with attacked(project, user, client=client(), arguments=arguments, variables={"INFILL_LS_API_KEY": KEY}) as editor:  # fmt: skip
                    uri = (project / "a.py").as_uri()
                    await suggest(editor, uri, f"{CODE} = 1\nx = ")
                    await asked(editor, uri, 2)
                    configure(editor, {"completion.max_lines": 3})
                    await settled(editor)
                    await editor.shutdown()
            found = [path for path in home.rglob("*") if path.is_file() and path.name != "user.toml"]
            secrets = {"key": KEY, "header": HEADER, "code": CODE, "answer": ANSWER}
            said = [f"{what} in {path.name}" for path in found for what, text in secrets.items() if text.encode() in path.read_bytes()]  # fmt: skip
            yield Tried(f"{name}, {mode}: what is kept", ", ".join(said))
            yield Tried(f"{name}, {mode}: who can read it", ", ".join(_open(path) for path in found if _open(path)))


def _open(path: Path) -> str:
    mode = stat.S_IMODE(path.stat().st_mode)
    return f"{path.name} is {mode:o}" if mode & 0o077 and sys.platform != "win32" else ""


async def no_core(ground: Ground) -> AsyncIterator[Tried]:
    """A crash leaves no picture of the memory, with key and code in it, in the repository."""
    if sys.platform != "linux":
        return
    command = ("sh", "-c", 'ulimit -c unlimited; exec "$@"', "sh", sys.executable, "-m", "infill_ls", "--stdio")
    async with attacked(ground.project(), client=client(), command=command) as editor:
        await settled(editor)
        allowed = _core_limit(editor.process.pid)
    yield Tried("a core file", "" if allowed.split()[4] in ("0", "1") else allowed)


def _core_limit(process: int) -> str:
    lines = Path(f"/proc/{process}/limits").read_text(encoding="ascii").splitlines()
    return next(line for line in lines if line.startswith("Max core"))


async def nothing_in_the_project(ground: Ground) -> AsyncIterator[Tried]:
    """The server writes nothing into the repository, and no temporary file that others can read."""
    project = ground.project()
    temporary = project.parent / "temporary"
    temporary.mkdir()
    with Emulator(api_key=None) as studio:
        studio.default = Reply(text=ANSWER)
        async with attacked(project, asks(studio.own_url), client=client(), variables={"TMPDIR": str(temporary)}) as editor:  # fmt: skip
            await suggest(editor, (project / "a.py").as_uri(), f"{CODE} = 1\nx = ")
            await editor.request("workspace/executeCommand", {"command": "infill-ls.doctor"})
            await editor.shutdown()
    for name, folder in {"the project": project, "the temporary folder": temporary}.items():
        files = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.name != ".git"]
        yield Tried(name, ", ".join(files))


CASES = (files_that_stay, no_core, nothing_in_the_project)
