"""What a service says when it refuses -> an error of the project with cause and remedy. Sees no connection faults."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from infill_ls.errors import (
    BadRequest,
    BurstLimited,
    Inspected,
    ModelNotFound,
    ProviderError,
    QuotaLimited,
    RateLimited,
    ServiceFailed,
    TimedOut,
    Unauthorized,
    Unsupported,
    WrongAddress,
)
from infill_ls.provider.address import REGIONS
from infill_ls.provider.error_codes import CODES_THAT_OUTRANK_THE_STATUS, status_of, true_status
from infill_ls.provider.payloads import PAGE, Payload
from infill_ls.records import Mode
from infill_ls.sentences import LONGEST_QUOTE, quoted
from infill_ls.settings.service import Service
from infill_ls.settings.services import SERVICES


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked, in the words that sentences use."""

    host: str
    path: str
    model: str
    mode: Mode
    key_source: str
    """Where the key comes from, never the key."""
    region: str | None = None
    """Model Studio's region; None for other services."""
    service: Service = SERVICES["openai"]
    has_key: bool = True
    """Whether one was sent."""


_CHAT_ONLY = (
    "chat model",
    "not supported in the v1/completions",
    "fim",
    "infill",
    "chat template",
    "chat_template",
)
"""Parts of messages by which servers say that a model cannot do what this mode asks."""


def refusal(
    status: int,
    payload: Payload | None,
    target: Target,
    retry_after_s: float | None = None,
    secrets: Iterable[str] = (),
) -> ProviderError:
    """The error for an answer that is no success, whatever its body; none of ``secrets`` is repeated from that."""
    if 300 <= status < 400:
        return WrongAddress(
            f"{target.host} redirects to another address (HTTP {status}), which is not followed so that the "
            "key goes nowhere else: set provider.base_url to the final address."
        )
    code, message = said(payload or {})
    by_code = status_of(code)
    if by_code in CODES_THAT_OUTRANK_THE_STATUS:
        status = by_code
    return _error(status, code, _without(secrets, message), target, retry_after_s)


def inside(
    payload: Payload, target: Target, status: int | None = None, secrets: Iterable[str] = ()
) -> ProviderError | None:
    """The error that a payload of a successful answer (HTTP 200) carries, if it does.

    Args:
        payload: one payload of the answer, or all of it.
        target: what was asked.
        status: what the event that held the payload said of itself, where it did.
        secrets: what the error must not repeat.
    """
    answers = payload.get("choices") is not None or payload.get("output")
    if not payload.get("error") and (answers or not payload.get("code")):
        return None
    code, message = said(payload)
    return _error(status_of(code) or status or 500, code, _without(secrets, message), target, None)


def said(payload: Payload) -> tuple[str, str]:
    """Code and message, from the nested shape, the flat one, a bare string, or FastAPI's ``detail``."""
    error = payload.get("error")
    fields: Mapping[str, Any] = error if isinstance(error, dict) else payload
    code = fields.get("code") or fields.get("type") or ""
    message = (
        fields.get("message")
        or (error if isinstance(error, str) else "")
        or payload.get("detail")
        or ""
    )
    if isinstance(message, list):
        message = "; ".join(_words(part.get("msg")) for part in message if isinstance(part, dict))
    return _words(code), _words(message)


def _words(value: object) -> str:
    """What can be said; an object may be nested so deep that it cannot."""
    return str(value) if isinstance(value, str | int) else ""


def _error(
    status: int, code: str, message: str, target: Target, retry_after_s: float | None
) -> ProviderError:
    known = _by_service(status, message, target) or _by_page(status, code, message, target)
    return known or _by_status(status, code, message, target, retry_after_s)


def _by_status(
    status: int, code: str, message: str, target: Target, retry_after_s: float | None
) -> ProviderError:
    status = true_status(status, message)
    # A refused key is explained at length by ourselves.
    longest = LONGEST_QUOTE // 2 if status in (401, 403) else LONGEST_QUOTE
    says = f" It says: {quoted(_first_line(message), longest)}" if message.strip() else ""
    host = target.host
    if status in (401, 403):
        return Unauthorized(_unauthorized(status, target) + says)
    if status == 402:
        return Unauthorized(
            f"{host} does not serve this account for now (billing or quota): see its console.{says}"
        )
    if status == 407:
        return Unauthorized(
            "The proxy asks for a login: put user and password into provider.proxy or HTTPS_PROXY."
        )
    if status == 404:
        return _not_found(code, message, target, says)
    if status in (405, 501) or (
        status in (400, 422) and any(part in message.lower() for part in _CHAT_ONLY)
    ):
        return Unsupported(f"{_cannot(target)}{says}")
    if code.lower().replace("_", "") == "datainspectionfailed":
        return Inspected(f"{host} does not accept the text at this place.{says}")
    if status in (400, 413, 422):
        return BadRequest(
            f"{host} does not accept the request (HTTP {status}).{says or ' It gives no reason.'}"
        )
    if status in (408, 504):
        return TimedOut(f"{host} did not answer within its own time limit (HTTP {status}).{says}")
    if status == 429:
        limit, cause = _limit(code)
        return limit(f"{host} {cause}.{says}", retry_after_s=retry_after_s)
    return ServiceFailed(f"{host} failed (HTTP {status}).{says}", retry_after_s=retry_after_s)


def _by_service(status: int, message: str, target: Target) -> ProviderError | None:
    """What the service's row says of such a refusal."""
    for at, pattern, words in target.service.words:
        if at == status and re.search(pattern, message):
            return _KIND_OF_WORDS[at](
                words.format(host=target.host, model=target.model or "this model")
            )
    return None


def _by_page(status: int, code: str, message: str, target: Target) -> ProviderError | None:
    """What a gateway's page says: the engine has no pages."""
    if code != PAGE:
        return None
    if "HTTPS port" in message:
        return WrongAddress(
            f"{target.host} speaks TLS there: begin provider.base_url with https://."
        )
    if status not in (502, 503, 504):
        return None
    return ServiceFailed(
        f"The gateway at {target.host} answers, and the engine behind it does not (HTTP {status}): start that one."
    )


_KIND_OF_WORDS: Mapping[int, type[ProviderError]] = {403: WrongAddress, 400: Unsupported}


def is_loading(error: ProviderError, payload: Payload) -> bool:
    """Whether a server says that it has still to load the model."""
    return isinstance(error, ServiceFailed) and said(payload)[1].lower().startswith("loading model")


def window_sentence(target: Target, window: int) -> str:
    """That prompts are kept to the window of the model, and what makes it larger."""
    more = (
        f"; {target.service.larger_window} would give it more"
        if target.service.larger_window
        else ""
    )
    name = f"{target.model or 'The model'} at {target.host}"
    return f"{name} reads {window:,} tokens at once: prompts are kept to that{more}."


def _limit(code: str) -> tuple[type[RateLimited], str]:
    plain = code.lower()
    if "burst" in plain:
        return BurstLimited, "says that requests came too quickly: they are slowed down for a while"
    if "quota" in plain and "ratequota" not in plain:
        return (
            QuotaLimited,
            "says that a quota is used up, perhaps only the minute's: its console shows which",
        )
    return RateLimited, "limits requests for now"


def _unauthorized(status: int, target: Target) -> str:
    if not target.has_key:
        return f"{target.host} wants a key (HTTP {status}), and {target.key_source} is not set."
    refused = f"{target.host} does not accept the key from {target.key_source} (HTTP {status})."
    if target.region is None:
        return f"{refused} Check the key, or name another variable in provider.api_key_env."
    others = ", ".join(region for region in REGIONS if region != target.region)
    return (
        f"{refused} A key works only in its own region, and provider.region is {target.region}: "
        f"check the key, the model's activation, and whether it belongs to {others}."
    )


def _not_found(code: str, message: str, target: Target, says: str) -> ProviderError:
    about_model = "model" in code.lower() or "model" in message.lower()
    if about_model:
        name = f"a model named {target.model}" if target.model else "a model without a name"
        get = target.service.get_model.format(model=target.model) if target.model else ""
        remedy = f"get it by `{get}`, or " if get else ""
        return ModelNotFound(
            f"{target.host} does not know {name}: {remedy}set provider.model to one that it serves.{says}"
        )
    return ModelNotFound(
        f"{target.host} has nothing at {target.path} (HTTP 404): check provider.base_url, or set provider.mode to "
        f'"{_other(target.mode)}".{says}'
    )


def _cannot(target: Target) -> str:
    model = target.model or "its model"
    return f'{target.host} cannot ask {model} in mode {target.mode}: set provider.mode to "{_other(target.mode)}".'


def _other(mode: Mode) -> Mode:
    return "fim" if mode == "partial" else "partial"


def _without(secrets: Iterable[str], message: str) -> str:
    """A service may repeat what it was sent. Taken out before anything is cut, which would leave a part of it."""
    for secret in secrets:
        message = message.replace(secret, "(key)")
    return message


def _first_line(message: str) -> str:
    """What follows it may repeat the request, and so the user's code."""
    return message.strip().splitlines()[0]
