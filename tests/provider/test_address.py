"""Addresses as users write them."""

from __future__ import annotations

import pytest

from infill_ls.errors import SettingsError, WrongAddress
from infill_ls.provider.address import from_url, of_model_studio
from infill_ls.settings.services import by_address

BASES = {
    "http://h:8000/v1": [
        "http://h:8000",
        "http://h:8000/",
        "http://h:8000/v1",
        "http://h:8000/v1/",
        "http://h:8000//v1//",
        " http://H:8000/v1/completions ",
        "http://h:8000/v1/chat/completions",
        "http://h:8000/v1/chat/completions/",
        "http://h:8000/completions",
        "HTTP://h:8000/v1/models",
    ],
    "https://dashscope-intl.aliyuncs.com/compatible-mode/v1": [
        "https://dashscope-intl.aliyuncs.com/compatible-mode",
        "https://dashscope-intl.aliyuncs.com/compatible-mode/",
        "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
        "https://dashscope-intl.aliyuncs.com/compatible-mode/v1/chat/completions",
    ],
    "https://openrouter.ai/api/v1": ["https://openrouter.ai/api/v1", "https://openrouter.ai/api"],
    "https://api.deepseek.com/beta": ["https://api.deepseek.com/beta/", "https://api.deepseek.com/beta/completions"],
    "https://g.example/v1beta/openai": ["https://g.example/v1beta/openai/"],
    "http://[::1]:8080/v1": ["http://[::1]:8080", "http://[::1]:8080/v1/", "[::1]:8080"],
    "http://localhost:8080/v1": ["localhost:8080", " localhost:8080/v1/"],
    "http://localhost/v1": ["localhost"],
    "http://127.0.0.1:8080/v1": ["127.0.0.1:8080"],
    "http://192.168.1.7:11434/v1": ["192.168.1.7:11434"],
}


@pytest.mark.parametrize(("base", "text"), [(base, text) for base, texts in BASES.items() for text in texts])
def test_all_forms_of_an_address_mean_the_same(base, text):
    assert from_url(text).base == base


REFUSED = {
    "no scheme": ("example.com:8080", "begin it with http"),
    "no scheme, an address on the net": ("8.8.8.8:8080", "begin it with http"),
    "no scheme, a near host as user": ("localhost:hunter2@example.com", "user name or key"),
    "no scheme, a user on a near host": ("me:hunter2@127.0.0.1", "user name or key"),
    "no scheme, a port that is none": ("localhost:x", "cannot be read"),
    "host only": ("example.com", "begin it with http"),
    "nothing": ("", "begin it with http"),
    "another scheme": ("ftp://h", "begin it with http"),
    "slashes missing": ("http:h", "begin it with http"),
    "no host": ("http:///v1", "no host"),
    "port alone": ("http://:80", "no host"),
    "port no number": ("http://h:x", "cannot be read"),
    "port too large": ("http://h:70000", "cannot be read"),
    "space in the host": ("http://a b/v1", "no host"),
    "backslash": ("http://a\\b/v1", "no host"),
    "bracket": ("http://[::1/v1", "cannot be read"),
    "query": ("http://h/v1?key=hunter2", r"\?"),
    "fragment": ("http://h/v1#hunter2", "#"),
    "user and password": ("https://me:hunter2@h/v1", "user name or key"),
    "key as user": ("https://hunter2@h", "user name or key"),
    "user without scheme": ("me:hunter2@h", "user name or key"),
}


@pytest.mark.parametrize(("text", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_address_is_refused_with_a_sentence_that_keeps_its_secrets(text, says):
    with pytest.raises(WrongAddress, match=says) as caught:
        from_url(text)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("region", "workspace", "base"),
    [
        ("beijing", None, "https://dashscope.aliyuncs.com/compatible-mode/v1"),
        ("singapore", None, "https://dashscope-intl.aliyuncs.com/compatible-mode/v1"),
        ("virginia", None, "https://dashscope-us.aliyuncs.com/compatible-mode/v1"),
        ("hongkong", None, "https://cn-hongkong.dashscope.aliyuncs.com/compatible-mode/v1"),
        ("singapore", "llm-a1_B", "https://llm-a1_b.ap-southeast-1.maas.aliyuncs.com/compatible-mode/v1"),
        ("beijing", "w", "https://w.cn-beijing.maas.aliyuncs.com/compatible-mode/v1"),
        ("virginia", "w", "https://w.us-east-1.maas.aliyuncs.com/compatible-mode/v1"),
        ("hongkong", "w", "https://w.cn-hongkong.maas.aliyuncs.com/compatible-mode/v1"),
        ("frankfurt", "w", "https://w.eu-central-1.maas.aliyuncs.com/compatible-mode/v1"),
        ("tokyo", "w", "https://w.ap-northeast-1.maas.aliyuncs.com/compatible-mode/v1"),
    ],
)
def test_model_studio_has_a_host_per_region_and_workspace(region, workspace, base):
    address = of_model_studio(region, workspace)

    assert address.base == base
    assert address.region == region
    assert by_address(base).kind == "model-studio"


@pytest.mark.parametrize("region", ["frankfurt", "tokyo"])
def test_a_region_of_workspace_hosts_only_asks_for_the_workspace(region):
    with pytest.raises(SettingsError) as caught:
        of_model_studio(region, None)
    assert str(caught.value) == (
        f"Model Studio has no shared host in region {region}: "
        "set provider.workspace_id to your workspace's id, which the console shows."
    )


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("trial.eu-central-1.maas.aliyuncs.com", "frankfurt"),
        ("cn-hongkong.dashscope.aliyuncs.com", "hongkong"),
        ("dashscope-us.aliyuncs.com", "virginia"),
        ("coding-intl.dashscope.aliyuncs.com", None),
        ("evil-dashscope.aliyuncs.com", None),
        ("cn-beijing.maas.aliyuncs.com", None),
        ("h", None),
    ],
)
def test_a_host_tells_its_region_or_none(host, region):
    assert from_url(f"https://{host}/compatible-mode/v1").region == region


@pytest.mark.parametrize("workspace", ["", "a.b", "evil.example/", "a@b", "-a", "a" * 64, "a\n", "ä"])
def test_a_workspace_id_cannot_name_another_host(workspace):
    with pytest.raises(SettingsError, match="workspace_id"):
        of_model_studio("singapore", workspace)


@pytest.mark.parametrize(
    "url", ["https://aliyuncs.com.evil.example", "http://h", "x", "http://[", "https://xaliyuncs.com"]
)
def test_other_hosts_are_not_taken_for_model_studio(url):
    assert by_address(url).kind == "openai"


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("a.localhost", True),
        ("127.9.9.9", True),
        ("[::1]", True),
        ("10.0.0.1", False),
        ("h", False),
    ],
)
def test_only_this_machine_is_loopback(host, loopback):
    assert from_url(f"http://{host}:1").loopback is loopback
