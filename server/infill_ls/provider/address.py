"""Addresses: what users write -> one base address; Model Studio's hosts by region. Opens no connection."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from infill_ls.errors import SettingsError, WrongAddress

_SHARED_HOSTS = {
    "beijing": "dashscope.aliyuncs.com",
    "singapore": "dashscope-intl.aliyuncs.com",
    "virginia": "dashscope-us.aliyuncs.com",
    "hongkong": "cn-hongkong.dashscope.aliyuncs.com",
}
_REGION_IDS = {
    "beijing": "cn-beijing",
    "singapore": "ap-southeast-1",
    "virginia": "us-east-1",
    "hongkong": "cn-hongkong",
    "frankfurt": "eu-central-1",
    "tokyo": "ap-northeast-1",
}
REGIONS = tuple(_REGION_IDS)

_WORKSPACE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")
"""It becomes a host label; anything looser could name another host."""
_ENDPOINT = re.compile(
    r"/(?:(?:chat/|fim/)?completions?|models|infill|embeddings|api/(?:generate|chat|tags|show|ps))$"
)
"""What users copy out of examples along with the address: OpenAI's, llama.cpp's and Ollama's own."""
_ENDING = re.compile(r"(?:/api)?(?:/v\d[^/]*|/beta)?$")
_VERSION = re.compile(r"/(?:v\d[^/]*|beta)(?:/|$)")
_HOST = re.compile(r"[^\s/?#@\\%]+")


@dataclass(frozen=True, slots=True)
class Address:
    """Where requests go."""

    base: str
    """Scheme, host, port and path up to the version, without a slash at its end."""
    host: str
    """Host, with the port where one is given: what sentences for the user name."""
    secure: bool
    loopback: bool
    """Whether the host is this machine, so that no proxy stands between."""
    region: str | None = None
    """Model Studio's region, where the host tells it."""


def from_url(text: str, root: str | None = None) -> Address:
    """An address however it is written: with or without version, slash at its end, or endpoint.

    Args:
        text: what the user wrote.
        root: the path that the service's endpoints hang on; None where the address itself says it.

    Raises:
        WrongAddress: it is no address; the sentence never repeats it, for it may hold a password.
    """
    text = text.strip()
    if "://" not in text and _is_near(text):
        text = f"http://{text}"
    if "@" in text.partition("://")[2].partition("/")[0] or ("://" not in text and "@" in text):
        raise WrongAddress(
            "provider.base_url contains a user name or key before the host: remove it, and "
            "give the key by provider.api_key_env or provider.api_key_command."
        )
    parts = _split(text)
    path = _ENDPOINT.sub("", re.sub(r"/{2,}", "/", parts.path).rstrip("/"))
    if root is not None:
        path = _ENDING.sub("", path.removesuffix(root) if root else path) + root
    elif not _VERSION.search(path):
        path += "/v1"
    host = parts.hostname or ""
    return Address(
        base=f"{parts.scheme}://{parts.netloc.lower()}{path}",
        host=parts.netloc.lower(),
        secure=parts.scheme == "https",
        loopback=_is_loopback(host),
        region=_region_of(host),
    )


def of_model_studio(region: str, workspace_id: str | None) -> Address:
    """Model Studio's address for a region, or for a workspace in it.

    Raises:
        SettingsError: the workspace id cannot be one, or is missing where the region has only workspace hosts.
    """
    if workspace_id is None:
        if region not in _SHARED_HOSTS:
            raise SettingsError(
                f"Model Studio has no shared host in region {region}: "
                "set provider.workspace_id to your workspace's id, which the console shows."
            )
        return from_url(f"https://{_SHARED_HOSTS[region]}/compatible-mode/v1")
    if not _WORKSPACE_ID.fullmatch(workspace_id):
        raise SettingsError(
            "provider.workspace_id is not a workspace id: letters, digits, - and _ only, at most 63 of them."
        )
    return from_url(
        f"https://{workspace_id}.{_REGION_IDS[region]}.maas.aliyuncs.com/compatible-mode/v1"
    )


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        valid = bool(_HOST.fullmatch(parts.netloc)) and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise WrongAddress(
            "provider.base_url is not an address: its host or port cannot be read."
        ) from None
    if parts.scheme not in ("http", "https") or "://" not in text:
        raise WrongAddress(
            "provider.base_url does not say how to connect: begin it with http:// or https://, "
            "for example http://localhost:8080."
        )
    if not valid:
        raise WrongAddress(
            "provider.base_url is not an address: no host can be read after http:// or https://."
        )
    if parts.query or parts.fragment:
        raise WrongAddress(
            "provider.base_url contains a ? or #: give only scheme, host, port and path."
        )
    return parts


def _is_near(text: str) -> bool:
    """Whether this begins with a host of the user's own machine or network, where nobody has certificates."""
    try:
        host = urlsplit(f"//{text}").hostname or ""
        return _is_loopback(host) or ipaddress.ip_address(host).is_private
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _region_of(host: str) -> str | None:
    for region, identifier in _REGION_IDS.items():
        if host == _SHARED_HOSTS.get(region) or host.endswith(f".{identifier}.maas.aliyuncs.com"):
            return region
    return None
