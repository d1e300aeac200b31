"""Settings -> the provider in force: which kind, at what address, with which wire and key. Asks nothing of anyone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from infill_ls.errors import SettingsError, Unsupported
from infill_ls.provider.address import Address, from_url, of_model_studio
from infill_ls.provider.base import NOBODY, News
from infill_ls.provider.connecting import Connecting
from infill_ls.provider.endpoint import Endpoint
from infill_ls.provider.error_map import Target
from infill_ls.provider.http import Http
from infill_ls.provider.key import ApiKey
from infill_ls.provider.kind import kind_in_force
from infill_ls.provider.negotiate import window_characters
from infill_ls.provider.openai_chat import OpenAIChat
from infill_ls.provider.openai_completions import OpenAICompletions
from infill_ls.provider.remote import RemoteProvider
from infill_ls.provider.wire import Parameters, Wire
from infill_ls.records import Mode
from infill_ls.settings.provider_settings import ProviderSettings
from infill_ls.settings.service import OWN_KEY, Infill, Service
from infill_ls.settings.services import service_of

_NATIVE_PATH = re.compile(r"/api/v1$")
_EITHER_PATH = re.compile(r"(?:/compatible-mode|/api)?/v1$")

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_KEY_HEADER = re.compile("auth|key|token|secret", re.IGNORECASE)
_SESSION = re.compile(r"[\w.-]{1,128}", re.ASCII)
_SALT = re.compile(r"[^@/\\\0]{1,128}")
_HEADER_VALUE = re.compile(r"[\t -~]*")


def in_force(settings: ProviderSettings, environ: Mapping[str, str]) -> ProviderSettings:
    """The settings with ``auto`` resolved to a kind, and the region as the address tells it.

    Raises:
        WrongAddress: ``base_url`` is no address.
    """
    kind = kind_in_force(settings, environ)
    if kind == "local" or not service_of(kind).regional or not settings.base_url:
        return replace(settings, kind=kind)
    return replace(
        settings, kind=kind, region=from_url(settings.base_url).region or settings.region
    )


def remote(  # noqa: PLR0913  # what a route says, each named by the caller
    settings: ProviderSettings,
    environ: Mapping[str, str],
    *,
    model: str,
    mode: Mode,
    parameters: Parameters = (),
    multimodal: bool = False,
    infill: Infill | None = None,
    path: str = "",
    news: News = NOBODY,
) -> RemoteProvider:
    """The provider for settings that are ``in_force`` and of another kind than ``local``.

    Args:
        settings: see above.
        environ: where the key and ``SSL_CERT_FILE`` are looked up.
        model: name to ask for; empty where the server needs none.
        mode: decides the wire.
        parameters: what the model needs in the body beyond what every model gets.
        infill: how the middle is asked for, where that is not as the service's row says.
        path: where the prompt goes, if not where the service takes others like it.
        news: who hears what the user may want to know.
        multimodal: whether the native protocol serves the model by its other path.

    Raises:
        Unsupported: the protocol has no such mode.
        WrongAddress: ``base_url`` is no address.
        SettingsError: ``base_url`` is missing, or a workspace id or header cannot be one.
    """
    service = service_of(settings.kind)
    _check_headers(settings)
    address = _address(settings, service)
    if service.salted and settings.cache_salt:
        parameters = (*parameters, ("cache_salt", settings.cache_salt))
    wire = _wire(
        settings, service, mode, parameters, infill=infill or service.infill, multimodal=multimodal
    )
    if path:
        wire = replace(wire, path=path)
    key = key_for(settings, service, environ)
    target = Target(
        host=address.host,
        path=wire.path,
        model=model,
        mode=mode,
        key_source=key.source,
        region=settings.region if service.regional else None,
        service=service,
    )
    most = window_characters(settings.context_tokens, settings.max_tokens)
    endpoint = Endpoint(address, wire, target, settings, most, news)
    return RemoteProvider(endpoint, Http(connecting_for(settings, environ, address, service)), key)


def key_for(settings: ProviderSettings, service: Service, environ: Mapping[str, str]) -> ApiKey:
    """The key that goes to the service, and nowhere else."""
    variable = _key_variable(settings, service, environ)
    return ApiKey(variable, environ, settings.api_key_command, required=service.needs_key)


def connecting_for(
    settings: ProviderSettings, environ: Mapping[str, str], address: Address, service: Service
) -> Connecting:
    """How the service is reached."""
    return Connecting(
        address=address,
        connect_timeout_s=settings.timeout_s.connect,
        proxy=settings.proxy,
        ca_file=settings.ca_bundle or environ.get("SSL_CERT_FILE") or None,
        start=service.start,
    )


def exposed_key(settings: ProviderSettings, environ: Mapping[str, str]) -> str | None:
    """What is wrong with the way that the key goes, if anything; settings and errors as for ``remote``."""
    service = service_of(settings.kind)
    address = _address(settings, service)
    if address.secure or address.loopback:
        return None
    variable = _key_variable(settings, service, environ)
    in_header = any(_KEY_HEADER.search(name) for name, _ in settings.headers)
    if not (environ.get(variable) or settings.api_key_command or in_header):
        return None
    return (
        f"The key goes to {address.host} by plain http, so anyone on the way can read it: set provider.base_url to an "
        "https:// address, or reach the server through a tunnel (`ssh -L`) at localhost."
    )


def _key_variable(settings: ProviderSettings, service: Service, environ: Mapping[str, str]) -> str:
    """Where the key is: the service's own variable, or, where only that is set, the one for servers in general."""
    if (
        settings.api_key_env
        or service.regional
        or environ.get(service.key)
        or not environ.get(OWN_KEY)
    ):
        return settings.api_key_env or service.key
    return OWN_KEY


def _wire(
    settings: ProviderSettings,
    service: Service,
    mode: Mode,
    parameters: Parameters,
    *,
    infill: Infill,
    multimodal: bool,
) -> Wire:
    if service.regional and settings.protocol == "dashscope":
        from infill_ls.provider.dashscope import DashScope

        if mode == "fim":
            raise Unsupported(
                "Model Studio's native protocol has no FIM completions: "
                'set provider.protocol to "openai", or provider.mode to "partial".'
            )
        return DashScope(parameters, multimodal)
    if mode == "fim":
        body = service.infill_body + parameters
        if service.infill_wire == "ollama":
            from infill_ls.provider.ollama import OllamaGenerate

            return OllamaGenerate(body, infill == "suffix", service.infill_path)
        return OpenAICompletions(body, service.scores, infill == "suffix", service.infill_path)
    return OpenAIChat(
        service.chat_body + parameters,
        service.cache_marks,
        service.scores,
        service.prefill,
        service.chat_path,
    )


def _address(settings: ProviderSettings, service: Service) -> Address:
    if service.regional:
        return _of_protocol(settings)
    url = settings.base_url or service.address
    if url:
        return from_url(url, service.root)
    raise SettingsError(
        f"provider.kind is {service.kind}, and provider.base_url is missing: set the server's address."
    )


def _of_protocol(settings: ProviderSettings) -> Address:
    """Model Studio's address for the protocol: both hang on the same host, whichever of them the user wrote down."""
    address = (
        from_url(settings.base_url)
        if settings.base_url
        else of_model_studio(settings.region, settings.workspace_id)
    )
    if settings.protocol == "dashscope":
        return replace(address, base=_EITHER_PATH.sub("/api/v1", address.base))
    return replace(address, base=_NATIVE_PATH.sub("/compatible-mode/v1", address.base))


def _check_headers(settings: ProviderSettings) -> None:
    if not _SESSION.fullmatch(settings.session):
        raise SettingsError(
            "provider.session is sent as a header: up to 128 letters, digits and . _ - are possible."
        )
    if settings.cache_salt is not None and not _SALT.fullmatch(settings.cache_salt):
        raise SettingsError(
            "provider.cache_salt takes up to 128 characters, and neither @ nor slashes."
        )
    for name, value in settings.headers:
        if not _HEADER_NAME.fullmatch(name):
            raise SettingsError("provider.headers contains a name that an HTTP header cannot have.")
        if not _HEADER_VALUE.fullmatch(value):
            raise SettingsError(
                f"provider.headers: the value of {name} contains characters that an HTTP header cannot have."
            )
