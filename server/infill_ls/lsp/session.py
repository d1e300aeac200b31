"""Everything that lives between ``initialize`` and ``exit``: the only mutable thing of the server.

Handlers take what they need from here before their first ``await``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lsprotocol import types

from infill_ls.accounting.ledger import Ledger
from infill_ls.accounting.ledger_file import LedgerFile
from infill_ls.accounting.trace import Trace, explain
from infill_ls.assembly import Assembly, assemble, prices, what_is_read
from infill_ls.clock import SystemClock
from infill_ls.engine.next_edit import NextEdits
from infill_ls.lsp.acceptance import Acceptance
from infill_ls.lsp.background import Background
from infill_ls.lsp.capabilities import Client
from infill_ls.lsp.convert import Ask, ask
from infill_ls.lsp.deep import Deep
from infill_ls.lsp.documents import Documents, path_of
from infill_ls.lsp.own_server import OwnServer
from infill_ls.lsp.progress import Progress, with_progress
from infill_ls.lsp.project import Project
from infill_ls.lsp.protocol import InfillProtocol
from infill_ls.lsp.readiness import Readiness
from infill_ls.lsp.status import Status
from infill_ls.provider.base import News
from infill_ls.records import Edit, Outcome, Request, Trigger
from infill_ls.settings.resolve import Resolved
from infill_ls.startup import Launch

log = logging.getLogger("infill_ls.lsp")

BUSY_S = 0.1
"""Seconds after which a request counts as one that keeps the server busy; what is answered at once does not flicker."""


class Session:
    """One client, its documents, and the engine that serves them."""

    def __init__(
        self,
        protocol: InfillProtocol,
        client: Client,
        launch: Launch,
        resolved: Resolved,
        trace: Trace,
    ) -> None:
        self.protocol = protocol
        self.client = client
        self.launch = launch
        self.trace = trace
        self.enabled = True
        self.refreshed: tuple[str, int | None] | None = None
        """URI and version of the document in which the last popup was asked for to refresh one."""
        self.background = Background()
        # A server that was not there at the start has not been asked what it is.
        self.status = Status(
            protocol.notify,
            wanted=client.status,
            recovered=lambda: self.background.start(self.readiness.recovered()),
        )
        self.documents = Documents(client.encoding, self._edited)
        self.project = Project(
            tuple(path for uri in client.folders if (path := path_of(uri))),
            self.documents,
            lambda: self.assembly,
            self.background,
            lambda: Progress(
                protocol,
                "infill-ls: reading the project",
                supported=client.work_done_progress,
            ),
        )
        note = self.status.note
        self.ledger = Ledger(
            LedgerFile(), prices=lambda model: prices(self.assembly.settings, model), note=note
        )
        self.acceptance = Acceptance(self.ledger)
        self.deep = Deep(self.ledger, self.status.tell)
        self._resolved = resolved
        """As they were said, before the server was asked what it is."""
        self._own_server = OwnServer(launch.environ)
        self.readiness = Readiness(
            self._own_server,
            self.documents,
            lambda: self._resolved.settings.provider,
            lambda: self.assembly,
            lambda: self._take_over(self._resolved),
        )
        self.assembly = self._assemble(resolved)
        self.next_edits = NextEdits(lambda: self.assembly.settings, trace)
        self._requests = 0
        self._asking = 0

    # Configuration...

    async def configure(self, workspace: Mapping[str, Any] | None) -> None:
        """Take over what the workspace is configured to; it can set nothing that says where code is sent."""
        resolved = self.launch.resolved(workspace)
        if resolved.problems:
            self.status.note(*resolved.problems)
        if resolved.settings == self._resolved.settings:
            return
        await self._take_over(resolved)

    async def _take_over(self, resolved: Resolved) -> None:
        self._resolved = resolved
        old, new = self.assembly, resolved.settings
        environ = self.launch.environ
        if what_is_read(new, environ) == what_is_read(old.settings, environ):
            self.assembly = self._assemble(resolved, corpus=old)
        else:
            # What has been read may be what must not be read any more.
            old.stop_reading()
            self.assembly = self._assemble(resolved)
            self.project.read()
        self.warm()
        await old.engine.aclose()

    def _assemble(self, resolved: Resolved, corpus: Assembly | None = None) -> Assembly:
        settings = replace(
            resolved.settings, provider=self._own_server.filled(resolved.settings.provider)
        )
        assembly = assemble(
            settings,
            self.launch.environ,
            self.project.folders,
            SystemClock(),
            self.trace,
            failed=self.status.failed,
            answered=self.status.answered,
            looked=self.deep.looked,
            news=News(self.status.note, self.status.loading),
            ledger=self.ledger,
            keep=corpus,
            opened=self.documents,
        )
        self.project.forget()
        cautions = filter(None, (assembly.caution, *assembly.warnings))
        self.status.warn(*assembly.problems, *cautions, *resolved.problems)
        if assembly.note:
            self.status.note(assembly.note)
        self.status.model = assembly.engine.backends[0].provider.model
        provider = resolved.settings.provider
        self.status.host = (provider.kind, provider.base_url, provider.region)
        return assembly

    # Completing...

    def question(
        self,
        document: types.TextDocumentIdentifier,
        position: types.Position,
        selected: types.SelectedCompletionInfo | None = None,
    ) -> Ask | None:
        """What is asked, frozen; None where the document is not open or completions are switched off."""
        limits = self.assembly.settings.context
        snapshot = self.documents.snapshot(document.uri, position.line, position.character, limits)
        if snapshot is None or not self.enabled:
            return None
        asked = ask(snapshot, position.character, self.client.encoding, selected)
        if self.client.inserts_as_it_comes:
            return replace(asked, line_end=self.documents.line_end(document.uri))
        return asked

    async def complete(self, question: Ask, trigger: Trigger) -> tuple[Outcome, str]:
        """The outcome, and the request's id. An edit meanwhile ends the request, so no answer is ever stale."""
        self._requests += 1
        cause = self.documents.asked(question.snapshot.uri, question.place)
        limits = self.assembly.settings.completion
        deep = self.deep.is_wanted(trigger, limits.deep)
        candidates = limits.candidates if trigger == "invoked" and not deep else 1
        request = Request(
            str(self._requests), question.snapshot, trigger, cause, candidates, deep=deep
        )
        self._asking += 1
        self.readiness.asked()
        busy = asyncio.get_running_loop().call_later(BUSY_S, lambda: self.status.asking(busy=True))
        try:
            outcome = self._repeated(request) or await self._asked(request)
        except Exception:
            # A fault of ours: the log says which, and the user is not shown an error for every key.
            log.exception("completing failed")
            outcome = Outcome("empty", rule="fault")
        finally:
            busy.cancel()
            self._asking -= 1
            if not self._asking:
                self.status.asking(busy=False)
        if outcome.completion is not None and outcome.model is not None:
            self.acceptance.shown(request.id, outcome.model)
        if outcome.completion is None and trigger == "invoked":
            self.status.note(f"no completion: {explain(outcome)}")
        return outcome, request.id

    def _repeated(self, request: Request) -> Outcome | None:
        """The outcome where what the user has changed before is to be made again at the cursor."""
        document = self.documents.changes(request.snapshot.uri)
        outcome = self.next_edits.at_cursor(request, *document) if document is not None else None
        if outcome is not None:
            self.assembly.engine.cancel(request.snapshot.uri)
        return outcome

    def next_request(
        self, uri: str, position: types.Position, trigger: Trigger = "automatic"
    ) -> Request | None:
        """A request for a next edit, the cursor being there; None where the document is not open."""
        snapshot = self.documents.snapshot(
            uri, position.line, position.character, self.assembly.settings.context
        )
        if snapshot is None or not self.enabled:
            return None
        self._requests += 1
        return Request(str(self._requests), snapshot, trigger)

    async def _asked(self, request: Request) -> Outcome:
        """The outcome, from the engine that came meanwhile where another one took over."""
        engine = self.assembly.engine
        outcome = await self._with_progress(request)
        is_newest = request.id == str(self._requests)
        is_wanted = (
            is_newest and self.documents.version(request.snapshot.uri) == request.snapshot.version
        )
        if outcome.name == "superseded" and is_wanted and engine is not self.assembly.engine:
            return await self._with_progress(request)
        return outcome

    async def _with_progress(self, request: Request) -> Outcome:
        """The outcome; what takes its time says so, and the user can end it."""
        engine, uri = self.assembly.engine, request.snapshot.uri
        if request.trigger != "invoked" or not (engine.thinking or request.deep):
            return await engine.complete(request)
        supported = self.client.work_done_progress
        progress = Progress(
            self.protocol, "infill-ls", supported=supported, cancel=lambda: engine.cancel(uri)
        )
        work = engine.complete(request)
        if request.deep:
            return await self.deep.run(uri, work, self.assembly.deep_notice(), progress)
        return await with_progress(work, "the model is thinking", progress)

    # Reading...

    def warm(self) -> None:
        """Get ready for the first request, beside everything else."""
        self.background.start(self.readiness.get_ready())
        self.project.learn()

    def opened(self, uri: str) -> None:
        """A document was opened."""
        self.project.opened(uri)
        self.readiness.opened(uri)

    def _edited(self, uri: str, edits: Sequence[Edit] | None) -> None:
        self.assembly.engine.edited(uri, edits)
        self.project.edited(uri)

    async def aclose(self) -> None:
        """End everything that runs."""
        self.assembly.stop_reading()
        self.background.cancel()
        # Requests end first, so that what they took is counted; connections may take longer than there is time.
        await self.assembly.engine.cancel_all()
        await asyncio.gather(
            self.assembly.engine.aclose(), asyncio.to_thread(self.ledger.close_now)
        )
