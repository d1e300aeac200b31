"""What completions are made with: put together once, and handed to each function that needs some of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from infill_ls.accounting.accounts import Accounts
from infill_ls.accounting.meter import Tally
from infill_ls.cache.store import Store
from infill_ls.clock import Clock
from infill_ls.engine.backend import Backend
from infill_ls.engine.debounce import Debounce
from infill_ls.engine.generation import Generation
from infill_ls.engine.inflight import Inflight
from infill_ls.engine.other_files import OtherFiles
from infill_ls.engine.postprocess import draft_at
from infill_ls.engine.projects import Projects
from infill_ls.engine.shown import Shown
from infill_ls.engine.warmth import Warmth
from infill_ls.errors import ProviderError, RateLimited
from infill_ls.messages import Lookups
from infill_ls.records import Request, Snapshot
from infill_ls.settings.schema import Settings
from infill_ls.syntax.surroundings import Surroundings
from infill_ls.workspace.files import Files


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of an engine. The record is frozen; what it holds lives from request to request."""

    settings: Settings
    backends: Sequence[Backend]
    """Who is asked first, and who stands in when that one fails."""
    thinking: Backend | None
    """Who is asked first for an explicit request, where the user wants a model that may think."""
    deep: Backend | None
    """Who is asked first where the model may look things up; None where it cannot."""
    files: Files
    clock: Clock
    accounts: Accounts
    cache: Store
    inflight: Inflight
    debounce: Debounce
    shown: Shown
    warmth: Warmth
    failed: Callable[[ProviderError], None]
    """Is told of a failure for which the user may have to do something."""
    answered: Callable[[], None]
    """Is told that the first backend has answered."""
    looked: Callable[[str, str], None]
    """Is told what a model looks up, in words, for the document of a URI."""
    other_files: OtherFiles | None = None
    """What prompts show of other files; None where they show none."""
    projects: Projects | None = None
    """What a model may look up; None where it is to see no other files."""

    def backend_for(self, request: Request) -> Backend:
        """Who is asked first."""
        if self.deep is not None and request.deep and not self.unable(request):
            return self.deep
        if self.thinking is not None and request.trigger == "invoked":
            return self.thinking
        return self.backends[0]

    def stand_ins(self, backend: Backend) -> Sequence[Backend]:
        """Who is asked where ``backend`` fails."""
        return self.backends if backend in (self.thinking, self.deep) else self.backends[1:]

    def generation(
        self, here: Surroundings, request: Request, backend: Backend, tally: Tally
    ) -> Generation:
        """The generation that is to answer a request."""
        is_deep = backend is self.deep
        return Generation(
            here,
            backend.id,
            draft_at(here, self.settings.completion, request.trigger),
            self.clock,
            tally=tally,
            trigger=request.trigger,
            # At most one call runs for a document: where several are wanted, the first has to end before the next.
            patient=request.candidates > 1 or is_deep,
            is_deep=is_deep,
        )

    def lookups(self, request: Request) -> Lookups | None:
        """What is known of a request's look-ups before it begins: that there will be none; None for any other."""
        reason = self.unable(request) if request.deep else ""
        return Lookups(unable=reason) if reason else None

    def unable(self, request: Request) -> str:
        """Why a model can look nothing up for a request, as half a sentence; empty where it can."""
        reason = self.unable_anywhere()
        if not reason and self.projects and self.projects.around(request.snapshot) is None:
            return "the file is in no folder of the workspace"
        return reason

    def unable_anywhere(self) -> str:
        """Why a model can look nothing up for any request, as ``unable``."""
        if self.backends[0].source == "local" and self.thinking is None:
            return "only a model can look things up, and none is set up"
        if self.projects is None:
            if self.settings.context.other_files:
                return "the model's window has no room for other files"
            return "the model is to see no other files (`context.other_files`)"
        if self.deep is None:
            return f"{self.backends[0].provider.model or 'the model'} is not known to call tools"
        return ""

    def wait_s(self, request: Request, backend: Backend) -> float:
        """Seconds for which nothing is asked, since the next key may come; none where nothing can be asked yet."""
        if backend.provider.paused:
            return 0.0
        return self.debounce.wait_s(request, backend.debounce_ms, self.clock.now())

    def refused(self, error: ProviderError) -> None:
        """A call has failed."""
        if isinstance(error, RateLimited):
            self.debounce.limited()
        self.failed(error)

    def follow(self, snapshot: Snapshot) -> None:
        """The cursor is somewhere else: what that tells about suggestions decides what is offered, and when."""
        for suggestion in self.shown.follow(snapshot):
            if suggestion.is_rejected:
                self.cache.reject(suggestion.key)
            else:
                self.debounce.hit(suggestion.n_typed)
