"""Which provider settings stand for, and what makes them impossible."""

from __future__ import annotations

import pytest

from infill_ls.errors import SettingsError, WrongAddress
from infill_ls.provider.registry import in_force, kind_in_force, remote
from infill_ls.settings.schema import ProviderSettings

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
