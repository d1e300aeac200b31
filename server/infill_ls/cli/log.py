"""Where the server's log goes, and in which form: a line for each event, whoever's words it holds."""

from __future__ import annotations

import logging
from types import TracebackType

from infill_ls.accounting.ledger_file import private_file
from infill_ls.sentences import harmless, sentence

_FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"

_WHOLE_MESSAGES = ("pygls", "httpx", "httpcore", "asyncio")
"""These write whole messages, code and headers included, at levels that users switch on."""


def start_log(path: str | None, level: str) -> None:
    """Log to a file, or to standard error where there is none or it cannot be written."""
    handler, problem = _handler(path)
    handler.setFormatter(Form(_FORM))
    logging.basicConfig(handlers=[handler], level=level.upper())
    if problem is not None:
        logging.getLogger(__name__).warning(
            "%s cannot be written: %s; the log goes here", path, problem
        )
    for name in _WHOLE_MESSAGES:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _handler(path: str | None) -> tuple[logging.Handler, str | None]:
    if path is None:
        return logging.StreamHandler(), None
    try:
        file = open(path, "a", encoding="utf-8", errors="backslashreplace", opener=private_file)  # noqa: SIM115  # as long as the process
        return logging.StreamHandler(file), None
    except OSError as error:
        return logging.StreamHandler(), error.strerror


class Form(logging.Formatter):
    """Events in which no word can pass for another event, or drive a terminal."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # the name is logging's
        record.message = sentence(record.message)
        return super().formatMessage(record)

    def formatException(  # noqa: N802  # the name is logging's
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        return harmless(super().formatException(ei))
