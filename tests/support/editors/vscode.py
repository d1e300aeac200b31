"""A real VS Code without a screen: code-server, and its window in headless Chromium, driven as a person would.

Nothing is waited for by time alone: each wait is for something on the screen, on the disk, or in the server's trace.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from support.editors.chromium import launched
from support.editors.home import editors_folder
from support.editors.terminal import LONGEST_S, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from playwright.sync_api import Browser, Frame, Page

    from support.editors.home import Home
    from support.editors.vscode_install import Tools

START_S = 40.0
"""For the first window on a machine that does other things, too."""

_SETTINGS = {
    # What a test cannot have: nothing may ask the network, and nothing may stand in front of the editor.
    "telemetry.telemetryLevel": "off",
    "extensions.autoCheckUpdates": False,
    "extensions.autoUpdate": False,
    "update.mode": "none",
    "chat.disableAIFeatures": True,
    "workbench.startupEditor": "none",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.tips.enabled": False,
    "git.enabled": False,
    "window.dialogStyle": "custom",
    "remote.autoForwardPorts": False,
    # Words of the document in a popup would be accepted by the same keys as the suggestion.
    "editor.wordBasedSuggestions": "off",
    "editor.autoClosingBrackets": "never",
    # Ghost text in one piece per line is easier to read.
    "editor.inlineSuggest.syntaxHighlightingEnabled": False,
    "editor.accessibilitySupport": "off",
    "editor.minimap.enabled": False,
}
_GHOST = """() => {
  const text = (node) => node.textContent.replace(/\\u00a0/g, ' ');
  const first = [...document.querySelectorAll('.editor-instance .view-line .ghost-text-decoration, '
    + '.editor-instance .view-line .ghost-text-decoration-preview')].map(text).join('');
  const rest = [...document.querySelectorAll('.editor-instance .suggest-preview-text .view-line')].map(text);
  return [first, ...rest].join('\\n');
}"""


class Window:
    """One window of VS Code on a project; leaving ends VS Code, and keeps a picture where a test has failed.

    Args:
        home: whose.
        tools: what to start.
        browser: shows the window, with storage of its own.
        user: settings of the user besides those that every test has.
        machine: settings that only the machine where the files are can have.
        extensions: packages of others, to be installed beside the project's own.
        trusted: whether the project's authors are trusted; otherwise the window is in Restricted Mode.
    """

    def __init__(
        self,
        home: Home,
        tools: Tools,
        browser: Browser,
        *,
        user: dict[str, Any] | None = None,
        machine: dict[str, Any] | None = None,
        extensions: tuple[Path, ...] = (),
        trusted: bool = True,
    ) -> None:
        self.home = home
        self._tools = tools
        self._extensions = (tools.extension, *extensions)
        self._browser = browser
        trust = {"security.workspace.trust.enabled": False} if trusted else _RESTRICTED
        self.data = home.folder / ".local/share/code-server"
        home.write(".local/share/code-server/User/settings.json", json.dumps(_SETTINGS | trust | (user or {})))
        home.write(".local/share/code-server/Machine/settings.json", json.dumps(machine or {}))
        # VS Code takes its search path from a login shell, as people's own start files make it.
        home.write(".profile", f'PATH="{home.environment["PATH"]}"\n')
        self._closing = ExitStack()
        self._log = home.folder / "code-server.log"
        self._address = ""
        self._server: subprocess.Popen[bytes] | None = None
        self._page: Page | None = None

    def __enter__(self) -> Self:
        try:
            self._install_extension()
            self._start_server()
            self._open_page()
        except BaseException:
            self._closing.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            test = os.environ.get("PYTEST_CURRENT_TEST", "failed").rpartition("::")[2].partition(" (")[0]
            error.add_note(f"the window: {self.picture(test)}")
            error.add_note(f"the text: {self.text()!r}; the ghost: {self.ghost()!r}; said: {self.notifications()}")
            error.add_note(f"outcomes: {self.home.outcomes()}")
        self._closing.close()

    @property
    def page(self) -> Page:
        assert self._page is not None, "the window is not open"
        return self._page

    # What a person does.

    def open(self, path: Path) -> None:
        """Open the project with a file of it, and wait until the server is there and answers for the file."""
        host = self._address.removeprefix("http://")
        payload = json.dumps([["openFile", f"vscode-remote://{host}{path}"]])
        folder = quote(str(self.home.project))
        self.page.goto(f"{self._address}/?folder={folder}&payload={quote(payload)}", wait_until="domcontentloaded")
        self.page.wait_for_selector(".editor-instance .monaco-editor .view-line", timeout=START_S * 1000)
        self.page.locator(".editor-instance .monaco-editor").first.click(position={"x": 400, "y": 200})

    def switch_to(self, path: Path) -> None:
        """Another file of the project, with the cursor at its end."""
        box = self.page.locator(".quick-input-widget input[type=text]")
        row = self.page.locator(".quick-input-list .monaco-list-row", has_text=path.name).first

        def listed() -> bool:
            self.press("Control+p")
            box.wait_for(state="visible")
            box.fill(path.name)
            with suppress(PlaywrightTimeout):
                row.wait_for(timeout=3000)
                return True
            self.press("Escape")  # a file that is new is not always found the first time
            return False

        wait_until(listed, f"{path.name} in the list of files")
        row.click()  # Enter takes what is on top, which for a moment is another
        self.page.locator(".tab.active", has_text=path.name).first.wait_for()
        self.page.locator(".editor-instance .monaco-editor.focused").first.wait_for()
        self.press("Control+End")

    def wait_until_served(self) -> None:
        """Until requests reach the server: some are made where none is passed on, before anything stands at the top."""
        before = len(self.home.outcomes())
        self.press("Control+Home")

        def asked() -> bool:
            self.press("Alt+Backslash")
            return len(self.home.outcomes()) > before

        wait_until(asked, "request of the editor", START_S)
        self.press("Control+End")

    def outcome_after(self, *keys: str) -> dict[str, Any]:
        """The server's record of a request for a completion that the keys set off."""
        before = len(self.home.outcomes())
        self.press(*keys)
        wait_until(lambda: len(self.home.outcomes()) > before, "outcome")
        return self.home.outcomes()[-1]

    def type(self, text: str, *, delay_ms: float = 60) -> None:
        self.page.keyboard.type(text, delay=delay_ms)

    def press(self, *keys: str) -> None:
        """Keys by playwright's names: ``Tab``, ``Control+ArrowRight`` …"""
        for key in keys:
            self.page.keyboard.press(key)

    def run(self, command: str) -> None:
        """A command of the palette."""
        box = self.page.locator(".quick-input-widget input[type=text]")

        def opened() -> bool:
            self.press("F1")  # which is lost now and then while a page or an editor takes the keys over
            with suppress(PlaywrightTimeout):
                box.wait_for(state="visible", timeout=3000)
                return True
            return False

        wait_until(opened, "palette")
        box.fill(f">{command}")
        # Enter takes what is on top, which for a moment is what was on top before.
        self.choose(command)

    def choose(self, entry: str) -> None:
        """An entry of the list that is open."""
        self.page.locator(".quick-input-list .monaco-list-row", has_text=entry).first.click()

    def enter_secret(self, text: str) -> None:
        """What a box that hides its text asks for."""
        box = self.page.locator(".quick-input-widget input[type=password]")
        box.wait_for(state="visible")
        box.fill(text)
        self.press("Enter")

    def save(self, path: Path, expected: bytes) -> None:
        """Save, and wait for the file to hold exactly this."""
        self.press("Escape", "Control+s")
        with suppress(TimeoutError):
            wait_until(lambda: path.read_bytes() == expected, "saved file")
        saved = path.read_bytes()
        assert saved == expected, f"{saved[-120:]!r} is not {expected[-120:]!r}"

    # What a person sees.

    def ghost(self) -> str:
        """The ghost text, all lines of it; empty where there is none."""
        return str(self.page.evaluate(_GHOST))

    def wait_for_ghost(self, expected: str) -> None:
        """Until exactly this is suggested, or nothing for an empty text."""
        for longest_s in (LONGEST_S / 2, LONGEST_S):
            with suppress(TimeoutError):
                wait_until(lambda: self.ghost() == expected, "ghost text", longest_s)
                return
            # While VS Code is still starting, it drops an answer now and then; a person asks again.
            self.press("Alt+Backslash")
        assert self.ghost() == expected, f"{self.ghost()!r} is not {expected!r}; {self.text()[-3:]}"

    def text(self) -> list[str]:
        """The lines on the screen, ghost text included."""
        lines = self.page.eval_on_selector_all(
            ".editor-instance .view-lines > .view-line",
            "(all) => all.map((each) => [parseInt(each.style.top), each.textContent.replace(/\\u00a0/g, ' ')])",
        )
        return [text for _, text in sorted(lines)]

    def page_text(self) -> str:
        """What the page of the extension's that is open says; nothing where there is none."""
        for frame in self.page.frames:
            with suppress(PlaywrightError):
                # Frames come and go while a page is shown.
                if frame.locator("main > h1").count():
                    return frame.locator("main").inner_text()
        return ""

    def wait_for_page(self, words: str) -> Frame:
        """The page's frame, as soon as it says this."""
        wait_until(lambda: words in self.page_text(), f"page with {words!r}")
        return next(frame for frame in self.page.frames if frame.locator("main > h1").count())

    def notifications(self) -> list[str]:
        """What VS Code tells the user at the moment."""
        return self.page.locator(".notification-toast .notification-list-item-message").all_text_contents()

    def status(self) -> str:
        """What stands in the status bar of the server: its tooltip, read as a screen reader has it."""
        return self.page.locator(".statusbar-item[id*='infill-ls'] a").first.get_attribute("aria-label") or ""

    def wait_for_status(self, words: str) -> None:
        wait_until(lambda: words in self.status(), f"status {words!r}", START_S)

    def user_settings(self) -> dict[str, Any]:
        """What stands in the user's settings; nothing while they are being written."""
        text = (self.data / "User/settings.json").read_text(encoding="utf-8")
        with suppress(json.JSONDecodeError):
            return json.loads(text)  # type: ignore[no-any-return]
        return {}

    def picture(self, name: str) -> Path:
        """Keep what is on the screen as an image beside the installed editors."""
        path = editors_folder() / "pictures" / f"vscode-{re.sub(r'[^A-Za-z0-9]+', '-', name)}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path)
        return path

    def quit(self) -> None:
        """End VS Code, as a shutdown does."""
        assert self._server is not None
        self._server.send_signal(signal.SIGTERM)
        self._server.wait(START_S)

    def restart(self) -> None:
        """End VS Code and start it again at its address, for the same browser."""
        self.quit()
        self._start_server(self._address.rpartition(":")[2])

    def uninstall_extension(self) -> None:
        """As the button does: what the extension kept goes when VS Code starts the next time."""
        self._run_command("--uninstall-extension", "infill-ls.infill-ls")

    def logs(self) -> dict[str, str]:
        """All that was written down by VS Code and its parts, by file."""
        files = [self._log, *(path for path in self.data.rglob("*") if path.is_file() and "logs" in path.parts)]
        return {str(path): path.read_text(encoding="utf-8", errors="replace") for path in files}

    # Starting...

    def _install_extension(self) -> None:
        for package in self._extensions:
            self._run_command("--install-extension", str(package))

    def _run_command(self, *words: str) -> None:
        done = subprocess.run(
            [*self._tools.code_server, *words],
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=START_S,
        )
        assert "successfully" in done.stdout, done.stdout + done.stderr

    def _start_server(self, port: str = "0") -> None:
        words = ["--auth", "none", "--bind-addr", f"127.0.0.1:{port}", "--disable-telemetry", "--disable-update-check"]
        with self._log.open("wb") as log:
            self._server = subprocess.Popen(
                [*self._tools.code_server, *words],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._closing.callback(self._end_server)
        listening = re.compile(r"listening on (http://127\.0\.0\.1:\d+)")
        found = wait_until(lambda: listening.search(self._log.read_text()), "address of code-server", START_S)
        self._address = found[1]

    def _environment(self) -> dict[str, str]:
        # No gallery: extensions would be looked up in it.
        gallery = {"serviceUrl": "", "itemUrl": "", "resourceUrlTemplate": ""}
        return self.home.environment | {"EXTENSIONS_GALLERY": json.dumps(gallery)}

    def _end_server(self) -> None:
        """Whatever of it still runs."""
        assert self._server is not None
        try:
            os.killpg(self._server.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self._server.wait()

    def _open_page(self) -> None:
        context = self._browser.new_context(viewport={"width": 1000, "height": 620})
        self._closing.callback(context.close)
        self._page = context.new_page()
        self._page.route(lambda url: not url.startswith(self._address), lambda route: route.abort())


@contextmanager
def chromium(tools: Tools) -> Iterator[Browser]:
    """A browser without a screen, for any number of windows one after the other."""
    with launched(tools.browser) as browser:
        yield browser


_RESTRICTED = {"security.workspace.trust.startupPrompt": "never", "security.workspace.trust.banner": "never"}
