"""Settings -> a ready engine: the one place where wires, clock, cache and the embedded engine are put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from infill_ls.engine.clock import Clock
from infill_ls.engine.complete import Engine
from infill_ls.engine.files import Files
from infill_ls.engine.generate import Backend
from infill_ls.engine.indexing import Indexing
from infill_ls.engine.trace import Trace
from infill_ls.errors import InfillError, ProviderError
from infill_ls.prompt.choose import choose
from infill_ls.provider.limits import Limited
from infill_ls.provider.local.engine import LocalProvider
from infill_ls.provider.local.index import Index
from infill_ls.provider.registry import in_force, remote
from infill_ls.settings.schema import Settings


@dataclass(frozen=True, slots=True)
class Assembly:
    """An engine, what feeds its embedded part, and a sentence for each thing that had to be left out."""

    settings: Settings
    engine: Engine
    indexing: Indexing
    index: Index
    problems: tuple[str, ...]

    async def warm(self) -> None:
        """Open what the first request needs."""
        for backend in self.engine.backends:
            await backend.provider.warm()


def assemble(  # noqa: PLR0913  # all that is concrete meets here
    settings: Settings,
    environ: Mapping[str, str],
    folders: tuple[str, ...],
    clock: Clock,
    trace: Trace,
    *,
    failed: Callable[[ProviderError], None] = lambda _error: None,
    answered: Callable[[], None] = lambda: None,
    keep: Assembly | None = None,
) -> Assembly:
    """Build an engine; ``keep`` is one with other settings, whose index is taken over."""
    index = keep.index if keep is not None else Index()
    files = Files(folders, settings.privacy.exclude)
    backends, problems = _backends(settings, environ, clock, index)
    engine = Engine(settings, backends, files, clock, trace, failed=failed, answered=answered)
    indexing = Indexing(index, files, settings.local, settings.privacy.exclude)
    return Assembly(settings, engine, indexing, index, problems)


def _backends(
    settings: Settings, environ: Mapping[str, str], clock: Clock, index: Index
) -> tuple[tuple[Backend, ...], tuple[str, ...]]:
    """What is asked first, and the embedded engine, which stands in for it."""
    local = Backend(LocalProvider(index), "fim", None, "local", "local", debounce_ms=0)
    try:
        model = _remote(settings, environ, clock)
    except InfillError as error:
        return (local,), (f"{error} Until then the embedded engine answers.",)
    return ((local,) if model is None else (model, local)), ()


def _remote(settings: Settings, environ: Mapping[str, str], clock: Clock) -> Backend | None:
    """The model that the settings name; None where the embedded engine is all there is."""
    provider = in_force(settings.provider, environ)
    if provider.kind == "local":
        return None
    route = choose(provider)
    service = remote(provider, environ, model=route.model, mode=route.mode, parameters=route.parameters)
    identity = repr((provider, route.mode, settings.completion.lines, settings.completion.max_lines, settings.context))
    limited = Limited(service, clock.now)
    return Backend(limited, route.mode, route.family, "model", identity, settings.completion.debounce_ms)
