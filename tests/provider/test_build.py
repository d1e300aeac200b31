"""Which provider settings stand for, and what makes them impossible."""

from __future__ import annotations

import pytest

from infill_ls.errors import SettingsError, WrongAddress
from infill_ls.provider.build import exposed_key, in_force, kind_in_force, remote
from infill_ls.settings.provider_settings import ProviderSettings

KEY = {"DASHSCOPE_API_KEY": "sk-1"}
STUDIO_URL = "https://dashscope.aliyuncs.com/compatible-mode/v1"

KINDS = {
    "nothing": ({}, {}, "local"),
    "a blank key": ({}, {"DASHSCOPE_API_KEY": " "}, "local"),
    "a key": ({}, KEY, "model-studio"),
    "a key of another name": ({"api_key_env": "K"}, {"K": "x"}, "model-studio"),
    "another name and no key there": ({"api_key_env": "K"}, KEY, "local"),
    "a key command": ({"api_key_command": ("pass", "x")}, {}, "model-studio"),
    "the key of other servers alone": ({}, {"INFILL_LS_API_KEY": "x"}, "local"),
    "an address and a key": ({"base_url": "http://h"}, KEY, "openai"),
    "Model Studio's own address": ({"base_url": STUDIO_URL}, {}, "model-studio"),
    "no address": ({"base_url": "???"}, {}, "openai"),
    "said so": ({"kind": "local", "base_url": "http://h"}, KEY, "local"),
    "said so, with Model Studio's address": ({"kind": "openai", "base_url": STUDIO_URL}, KEY, "openai"),
}


@pytest.mark.parametrize(("values", "environ", "kind"), KINDS.values(), ids=KINDS.keys())
def test_auto_stands_for_one_kind(values, environ, kind):
    assert kind_in_force(ProviderSettings(**values), environ) == kind


@pytest.mark.parametrize(
    ("values", "kind", "region"),
    [
        ({}, "model-studio", "singapore"),
        ({"region": "virginia"}, "model-studio", "virginia"),
        ({"base_url": STUDIO_URL}, "model-studio", "beijing"),
        ({"base_url": "https://w.us-east-1.maas.aliyuncs.com"}, "model-studio", "virginia"),
        ({"base_url": "https://w.eu-central-1.maas.aliyuncs.com"}, "model-studio", "frankfurt"),
        ({"kind": "model-studio", "base_url": "http://127.0.0.1:1", "region": "beijing"}, "model-studio", "beijing"),
        ({"base_url": "http://h"}, "openai", "singapore"),
    ],
)
def test_the_region_is_the_one_that_the_address_tells(values, kind, region):
    settings = in_force(ProviderSettings(**values), KEY)

    assert (settings.kind, settings.region) == (kind, region)


IMPOSSIBLE = {
    "no address": ({"kind": "openai"}, SettingsError, "base_url"),
    "half an address": ({"kind": "openai", "base_url": "h:80"}, WrongAddress, "http://"),
    "workspace id": ({"kind": "model-studio", "workspace_id": "a.b"}, SettingsError, "workspace_id"),
    "header name": ({"kind": "openai", "base_url": "http://h", "headers": (("a b", "x"),)}, SettingsError, "headers"),
    "header value": (
        {"kind": "openai", "base_url": "http://h", "headers": (("a", "hunter2\r\n"),)},
        SettingsError,
        "of a ",
    ),
}


@pytest.mark.parametrize(("values", "kind", "says"), IMPOSSIBLE.values(), ids=IMPOSSIBLE.keys())
def test_impossible_settings_are_refused_in_a_sentence(values, kind, says):
    with pytest.raises(kind, match=says) as caught:
        remote(ProviderSettings(**values), {}, model="m", mode="fim")
    assert "hunter2" not in str(caught.value)


def test_making_a_provider_connects_to_nothing_and_names_its_model():
    assert remote(ProviderSettings(kind="model-studio"), KEY, model="m", mode="partial").model == "m"


OWN_KEY = {"INFILL_LS_API_KEY": "sk-1"}
EXPOSED = {
    "another machine": ({"base_url": "http://h.example:80/v1"}, OWN_KEY, True),
    "an address of the house": ({"base_url": "http://192.168.1.7:8000"}, OWN_KEY, True),
    "Model Studio's own": ({"base_url": STUDIO_URL.replace("https", "http")}, KEY, True),
    "a command": ({"base_url": "http://h", "api_key_command": ("pass", "x")}, {}, True),
    "a key of another name": ({"base_url": "http://h", "api_key_env": "K"}, {"K": "x"}, True),
    "a header": ({"base_url": "http://h", "headers": (("X-Api-Key", "x"),)}, {}, True),
    "no key": ({"base_url": "http://h"}, {}, False),
    "a header that is no key": ({"base_url": "http://h", "headers": (("X-Team", "x"),)}, {}, False),
    "TLS": ({"base_url": "https://h"}, OWN_KEY, False),
    "this machine": ({"base_url": "http://localhost:8080"}, OWN_KEY, False),
    "this machine by number": ({"base_url": "http://127.0.0.7:8080"}, OWN_KEY, False),
    "this machine by IPv6": ({"base_url": "http://[::1]:8080"}, OWN_KEY, False),
    "Model Studio by default": ({}, KEY, False),
}


@pytest.mark.parametrize(("values", "environ", "exposed"), EXPOSED.values(), ids=EXPOSED.keys())
def test_a_key_by_plain_http_to_another_machine_is_told(values, environ, exposed):
    told = exposed_key(in_force(ProviderSettings(**values), environ), environ)

    assert (told is not None) is exposed
    assert not exposed or ("plain http" in told and "https://" in told)
