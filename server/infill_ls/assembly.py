"""Settings -> a ready engine: the one place where wires, clock, cache and the embedded engine are put together.

What asks a model is imported only where one is asked: who starts without one waits 15 ms less.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from infill_ls.accounting.ledger import Ledger
from infill_ls.accounting.prices import cost
from infill_ls.accounting.trace import Trace
from infill_ls.backends import backends_of, deep_backend, warnings_of
from infill_ls.clock import Clock
from infill_ls.context.budget import Allowance, other_files_tokens
from infill_ls.engine.engine import Engine
from infill_ls.engine.gate import is_switched_off
from infill_ls.engine.opened import Opened
from infill_ls.engine.other_files import OtherFiles
from infill_ls.engine.projects import Projects
from infill_ls.errors import ProviderError
from infill_ls.next_backend import foreseeing_of
from infill_ls.provider.base import NOBODY, News
from infill_ls.provider.kind import kind_in_force
from infill_ls.provider.local.engine import LocalProvider
from infill_ls.provider.local.index import Index
from infill_ls.records import Snapshot
from infill_ls.settings.schema import Settings
from infill_ls.syntax.grammars import load
from infill_ls.tokens import PriceTier, Usage
from infill_ls.workspace.files import Files
from infill_ls.workspace.indexing import Indexing
from infill_ls.workspace.installed import Installed
from infill_ls.workspace.nearness import NearOpen
from infill_ls.workspace.readers import Readers
from infill_ls.workspace.related_files import RelatedFiles
from infill_ls.workspace.session_name import session_name

SMALL_PROJECT = 1_000_000
"""Characters up to which a project has so little to say that what is installed helps."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """An engine, what feeds its embedded part, and a sentence for each thing that had to be left out."""

    settings: Settings
    engine: Engine
    files: Files
    indexing: Readers
    installed: Installed
    index: Index
    installed_index: Index
    related: RelatedFiles | None
    """What is known of the project's code for prompts; None where no model is asked, or none is to see other files."""
    problems: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    """A sentence for each thing that works and should not be as it is."""
    caution: str = ""
    """Why another model would do better."""
    note: str = ""
    """What was assumed of the model, for those who look."""

    def knowledge(self) -> str:
        """How much the embedded engine knows, for people."""
        files, lines, installed = len(self.index), self.index.lines, self.installed_index.lines
        noun = "file" if files == 1 else "files"
        known = f"the project has {lines:,} indexed lines in {files:,} {noun}"
        more = f", and {installed:,} lines of installed packages are known"
        return known + more if installed else known

    def deep_notice(self) -> str:
        """What a deep suggestion may read and cost, for who asks for the first one."""
        backend, limits = self.engine.deep, self.settings.completion
        if backend is None:
            return ""
        model = backend.provider.model
        most = cost(prices(self.settings, model), Usage(prompt=limits.deep_tokens), 8)
        money = "" if most is None else f" (about {most.amount:.2g} {most.currency})"
        return (
            f"a deep suggestion lets {model} look things up in your project: it is sent lines of files that are "
            "neither private nor ignored by git. One takes several requests, "
            f"{limits.deep_tokens:,} tokens{money} at most; completion.deep_tokens says how many"
        )

    def stop_reading(self) -> None:
        """Read no more of the project and of what is installed."""
        self.indexing.stop()
        self.installed.stop()

    async def warm(self) -> None:
        """Open what the first request needs."""
        for backend in self.engine.everyone:
            if backend is not self.engine.deep:
                await backend.provider.warm()

    async def wait_for_key(self) -> None:
        """Wait for the command that gives the key, for who asks once and not at each key."""
        if self.settings.provider.api_key_command:
            await self.warm()

    async def learn(self, language: str) -> None:
        """Load a language's grammar in a thread: the first takes some 12 ms, which a model's answer would wait for."""
        backends = filter(None, (*self.engine.backends, self.engine.thinking))
        if any(backend.source == "model" for backend in backends):
            await self.files.run(load, language)


def assemble(  # noqa: PLR0913  # all that is concrete meets here
    settings: Settings,
    environ: Mapping[str, str],
    folders: tuple[str, ...],
    clock: Clock,
    trace: Trace,
    *,
    failed: Callable[[ProviderError], None] = lambda _error: None,
    answered: Callable[[], None] = lambda: None,
    looked: Callable[[str, str], None] = lambda _uri, _words: None,
    news: News = NOBODY,
    ledger: Ledger | None = None,
    keep: Assembly | None = None,
    opened: Opened | None = None,
) -> Assembly:
    """Build an engine.

    ``keep`` is one whose index is taken over, since what may be read is the same. ``opened`` knows the open
    documents.
    """
    index = keep.index if keep is not None else Index()
    installed_index = keep.installed_index if keep is not None else Index()
    files = keep.files if keep is not None else Files(folders, settings.privacy.exclude)
    settings = _with_session(settings, environ, folders)
    local = LocalProvider(index, installed_index, settings.local.eagerness)
    backends, thinking, problems, route = backends_of(settings, environ, clock, local, news)
    foreseeing, more = foreseeing_of(settings, environ, clock, news)
    readers, related = (
        _readers(settings, environ, files, index) if keep is None else (keep.indexing, keep.related)
    )
    other_files = None
    if related is not None:
        is_off = partial(is_switched_off, settings=settings)
        allowance = replace(allowance_of(settings), readable=backends[0].room, is_off=is_off)

        def found_more(place: Snapshot) -> None:
            engine.prime_next(place)

        other_files = OtherFiles(related, files, allowance, opened, found_more)
    engine = Engine(
        settings,
        backends,
        files,
        clock,
        trace,
        thinking=thinking,
        deep=deep_backend(settings, environ, clock, news) if related is not None else None,
        ledger=ledger,
        failed=failed,
        answered=answered,
        looked=looked,
        projects=Projects(related, files, settings, opened) if related is not None else None,
        other_files=other_files,
        foreseeing=foreseeing,
    )
    readers.embedded.forgot = lambda: engine.forget("local")
    readers.embedded.settled = index.settle
    installed = Installed(
        installed_index,
        files,
        settings.local,
        settings.privacy.exclude,
        environ=environ,
        is_wanted=lambda: backends[0].source == "local" and index.size_chars <= SMALL_PROJECT,
    )
    said = ((*problems, *more), warnings_of(settings, environ, backends, thinking))
    caution, note = ("", "") if route is None else (route.caution, route.note)
    read = (readers, installed, index, installed_index, related)
    return Assembly(settings, engine, files, *read, *said, caution, note)


def _with_session(
    settings: Settings, environ: Mapping[str, str], folders: tuple[str, ...]
) -> Settings:
    """The settings with a name for the workspace, where a router may go by it."""
    kind = kind_in_force(settings.provider, environ)
    if kind == "local" or settings.provider.session != "auto":
        return settings
    from infill_ls.settings.services import service_of

    if not service_of(kind).routed:
        return settings
    return replace(settings, provider=replace(settings.provider, session=session_name(folders)))


def what_is_read(settings: Settings, environ: Mapping[str, str]) -> tuple[object, ...]:
    """What says which files are read: where it stays the same, an index can be taken over."""
    context = settings.context
    limits = (context.max_files, context.max_total_mb, context.max_seconds)
    read = replace(settings.local, eagerness="")  # what is made of it does not matter
    shown = None
    if _shows_other_files(settings, environ):
        shown = (*limits, allowance_of(settings).takes_unsaved)
    return settings.privacy, read, shown


def allowance_of(settings: Settings) -> Allowance:
    """What prompts may show of other files, as far as the model's window is known."""
    context, window = settings.context, settings.provider.context_tokens
    most_characters = None
    if window is not None:
        from infill_ls.provider.negotiate import window_characters

        most_characters = window_characters(window, settings.provider.max_tokens)
    return Allowance(other_files_tokens(context, most_characters), context.sources_on)


def _shows_other_files(settings: Settings, environ: Mapping[str, str]) -> bool:
    return (
        allowance_of(settings).tokens > 0 and kind_in_force(settings.provider, environ) != "local"
    )


def _readers(
    settings: Settings, environ: Mapping[str, str], files: Files, index: Index
) -> tuple[Readers, RelatedFiles | None]:
    """What reads the project, and what is known of it for prompts where a model is to see other files."""
    exclude, context = settings.privacy.exclude, settings.context
    embedded = Indexing(index, files, settings.local, exclude)
    if not _shows_other_files(settings, environ):
        return Readers(embedded), None
    limits = replace(
        settings.local,
        max_files=context.max_files,
        max_total_mb=context.max_total_mb,
        max_seconds=context.max_seconds,
    )
    related = RelatedFiles(lambda: files.folders)
    takes_unsaved = allowance_of(settings).takes_unsaved
    for_prompts = Indexing(related, files, limits, exclude, NearOpen(), takes_unsaved=takes_unsaved)
    return Readers(embedded, for_prompts), related


def prices(settings: Settings, model: str) -> tuple[PriceTier, ...]:
    """What a model costs: as the user says, else as the provider's pages say, else unknown."""
    from infill_ls.prompt.catalogue import price_tiers

    own = dict(settings.usage.prices).get(model)
    return price_tiers(model, settings.provider.region) if own is None else (own,)
