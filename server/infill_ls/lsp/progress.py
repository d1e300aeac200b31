"""Progress in the editor for what takes longer than a second; nothing for what does not."""

from __future__ import annotations

import os
import time
from uuid import uuid4

from lsprotocol import types

from infill_ls.lsp.protocol import InfillProtocol

SILENT_S = 1.0


class IndexingProgress:
    """The indexing of one workspace as the editor's progress bar shows it."""

    def __init__(self, protocol: InfillProtocol, *, supported: bool) -> None:
        self._protocol = protocol
        self._supported = supported
        self._started = time.monotonic()
        self._token: str | None = None

    def report(self, folder: str, files: int) -> None:
        """So many files of a folder have been read."""
        if not self._supported or time.monotonic() - self._started < SILENT_S:
            return
        message = f"{os.path.basename(folder)}: {files} files"  # noqa: PTH119  # a name, not a place
        if self._token is None:
            self._token = str(uuid4())
            self._protocol.send_request(
                types.WINDOW_WORK_DONE_PROGRESS_CREATE, types.WorkDoneProgressCreateParams(self._token)
            )
            self._send(types.WorkDoneProgressBegin(title="infill-ls: reading the project", message=message))
        else:
            self._send(types.WorkDoneProgressReport(message=message))

    def end(self) -> None:
        """All is read."""
        if self._token is not None:
            self._send(types.WorkDoneProgressEnd())

    def _send(
        self, value: types.WorkDoneProgressBegin | types.WorkDoneProgressReport | types.WorkDoneProgressEnd
    ) -> None:
        self._protocol.notify(types.PROGRESS, types.ProgressParams(token=self._token or "", value=value))
