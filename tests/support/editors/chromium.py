"""Headless Chromium for pages: the machine's own, else Debian's."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from support.editors.vscode_install import Browser as Installed


@contextmanager
def launched(installed: Installed) -> Iterator[Browser]:
    """A browser without a screen, for any number of windows one after the other."""
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        environment = dict(os.environ) | installed.environment
        browser = playwright.chromium.launch(executable_path=installed.program, args=options, env=environment)
        yield browser
        browser.close()
