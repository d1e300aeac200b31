"""What is known already for a place: an answer in the cache, or what is left of one that is being typed."""

from __future__ import annotations

from infill_ls.engine.backend import Backend
from infill_ls.engine.gather import looks, neighbors_of
from infill_ls.engine.parts import Parts
from infill_ls.post.finish import refit
from infill_ls.records import Neighbor, Outcome, Request
from infill_ls.syntax.surroundings import Surroundings


def known(request: Request, backend: Backend, parts: Parts) -> Outcome | None:
    """The outcome that the cache has for a request; None where a model has to be asked.

    A generation that does not agree with it is ended.
    """
    snapshot, model = request.snapshot, backend.provider.model
    found = None if looks(backend, request) else parts.cache.find(snapshot, backend.id)
    if found is None or request.candidates > 1:
        return None
    # The embedded engine costs nothing: who asks gets its best guess instead of what it was sure of.
    is_poor = (
        found.is_rejected or found.is_cut or not found.completion.text or backend.source == "local"
    )
    if request.trigger == "invoked":
        now = neighbors_of(backend, snapshot, parts)
        if is_poor or (now != found.neighbors and _says_more(now, found.neighbors)):
            return None
    running = parts.inflight.take_over(snapshot.uri)
    if running is not None and running.typed_at(snapshot, backend.id) is None:
        parts.inflight.abort(snapshot.uri)
    if found.is_rejected:
        return Outcome("filtered", rule="rejected", model=model)
    if not found.completion.text:
        return Outcome("gated", rule="complete", model=model)
    completion = (
        refit(found.completion, Surroundings.of(snapshot)) if found.closed else found.completion
    )
    if not found.typed:
        parts.shown.add(snapshot, found.key, completion.text)
    return Outcome("shown", completion, source=found.source, model=model)


def _says_more(now: tuple[Neighbor, ...], then: tuple[Neighbor, ...]) -> bool:
    """Whether more is shown of other files than the model was shown when it answered."""
    told = {(each.path, line) for each in then for line in each.text.split("\n")}
    return any((each.path, line) not in told for each in now for line in each.text.split("\n"))
