"""Every error the project raises. Each carries a sentence that names the cause and the remedy.

InfillError
├── SettingsError               a setting that makes it impossible to start
├── Refused                     what a model asked to look up gives nothing; the sentence is for the model
└── ProviderError               asking a model failed
    ├── Pending                 what is needed will come: nothing was spent, nobody is told
    │   ├── KeyPending          the user's command has not given the key yet
    │   └── ModelLoading        the server has still to load the model
    ├── Unauthorized            401, 403: the key is missing, wrong, or of another region
    ├── ModelNotFound           404: no such model or path
    ├── BadRequest              400, 422: the service does not accept the request
    │   └── Inspected           the service does not take this text: nothing that the user has to hear of
    ├── Unsupported             the model or server cannot do what was asked (a chat-only model, no FIM)
    ├── RateLimited             429: too many requests
    │   ├── BurstLimited        the number of requests grew too suddenly
    │   └── QuotaLimited        a quota is used up
    ├── OverBudget              the user's own cap on tokens is reached: nothing was asked
    ├── ServiceFailed           5xx, or an error inside the stream
    ├── TimedOut                no answer in the time given
    └── Unreachable             no connection
        ├── WrongAddress        the host name does not resolve, or the address is no address
        ├── ConnectionRefused   nobody listens there
        └── TlsFailed           the certificate is not trusted, or the server did not complete a TLS handshake
"""

from __future__ import annotations

from infill_ls.records import OutcomeName


class InfillError(Exception):
    """Base of all. ``str(error)`` is a sentence for the user."""


class SettingsError(InfillError):
    """A setting that makes it impossible to start."""


class Refused(InfillError):
    """What a model asked to look up gives nothing."""


class ProviderError(InfillError):
    """Asking a model failed; ``outcome`` is the name under which the request is recorded."""

    outcome: OutcomeName = "unreachable"

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Pending(ProviderError):
    """What is needed will come: nothing was spent, and nobody has to hear of it."""


class KeyPending(Pending):
    """The key will come."""

    outcome = "auth"


class ModelLoading(Pending):
    """The server has still to load the model."""


class Unauthorized(ProviderError):
    outcome = "auth"


class ModelNotFound(ProviderError):
    outcome = "not_found"


class BadRequest(ProviderError):
    outcome = "bad_request"


class Inspected(BadRequest):
    """The service does not take this text. The next place may be fine, so nobody is told."""


class Unsupported(ProviderError):
    outcome = "unsupported"


class RateLimited(ProviderError):
    outcome = "rate_limited"


class OverBudget(ProviderError):
    outcome = "over_budget"


class BurstLimited(RateLimited):
    """The number of requests grew too suddenly: it is to grow slowly."""


class QuotaLimited(RateLimited):
    """A quota is used up; whether by the minute or for good, the service does not say."""


class ServiceFailed(ProviderError):
    outcome = "unreachable"


class TimedOut(ProviderError):
    outcome = "timeout"


class Unreachable(ProviderError):
    outcome = "unreachable"


class WrongAddress(Unreachable):
    """The host name does not resolve, or the address is no address."""


class ConnectionRefused(Unreachable):
    """Nothing is listening on the address."""


class TlsFailed(Unreachable):
    """The certificate is not trusted, or the server did not complete a TLS handshake."""
