"""What files, environment and editors say becomes settings; what is wrong becomes a sentence and nothing else."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from infill_ls.settings.outcomes import RULES
from infill_ls.settings.provider_settings import Timeouts
from infill_ls.settings.resolve import Layer, environment_layer, file_layer, keys, resolve
from infill_ls.settings.schema import SOURCES, Settings
from infill_ls.settings.trust import LONGEST_GLOB, MOST_GLOBS, SHAPING_RULES, WORKSPACE
from infill_ls.tokens import PriceTier


def value_of(settings, key):
    group, _, name = key.partition(".")
    return getattr(getattr(settings, group), name)


def layer(values, name="editor", *, trusted=True):
    return Layer(name, values, trusted)


DEFAULTS = {key: value_of(Settings(), key) for key in keys()}

RIGHT = {
    "dotted key": ({"cache.size": 7}, "cache.size", 7),
    "nested key": ({"cache": {"size": 7}}, "cache.size", 7),
    "string": ({"provider.model": "m"}, "provider.model", "m"),
    "strings": ({"provider": {"stop": ["a", "b"]}}, "provider.stop", ("a", "b")),
    "no strings": ({"provider": {"stop": []}}, "provider.stop", ()),
    "table nested": (
        {"provider": {"headers": {"X-A.b": "1", "Y": "2"}}},
        "provider.headers",
        (("X-A.b", "1"), ("Y", "2")),
    ),
    "table dotted": ({"provider.headers": {"X": "1"}}, "provider.headers", (("X", "1"),)),
    "choice": ({"completion.trigger": "manual"}, "completion.trigger", "manual"),
    "integer": ({"provider.max_tokens": 8192}, "provider.max_tokens", 8192),
    "integer without end": ({"usage.daily_tokens": 10**12}, "usage.daily_tokens", 10**12),
    "integer as JSON of some editors has it": ({"provider.max_tokens": 64.0}, "provider.max_tokens", 64),
    "lowest": ({"cache.size": 0}, "cache.size", 0),
    "number": ({"provider.temperature": 0.7}, "provider.temperature", 0.7),
    "number without a point": ({"provider.temperature": 1}, "provider.temperature", 1.0),
    "negative number": ({"provider.presence_penalty": -2}, "provider.presence_penalty", -2.0),
    "adaptive debounce": ({"completion.debounce_ms": "adaptive"}, "completion.debounce_ms", None),
    "debounce in milliseconds": ({"completion.debounce_ms": 0}, "completion.debounce_ms", 0),
    "languages": (
        {"completion": {"languages": {"markdown": False, "*.py": True}}},
        "completion.languages",
        ((("markdown", False), ("*.py", True)),),
    ),
    "rules": ({"completion.rules": {"dedent": False}}, "completion.rules", (("dedent", False),)),
    "one time-out": ({"provider.timeout_s": {"total": 30}}, "provider.timeout_s", Timeouts(total=30.0)),
    "time-outs nested": (
        {"provider": {"timeout_s": {"connect": 1, "first_token": 0.5, "total": 2}}},
        "provider.timeout_s",
        Timeouts(1.0, 0.5, 2.0),
    ),
    "prices": (
        {"usage": {"prices": {"m": {"input": 0.3, "output": 1.5, "cached": 0.06, "currency": "USD"}}}},
        "usage.prices",
        (("m", PriceTier(None, 0.3, 1.5, 0.06, "USD")),),
    ),
    "null is unset": ({"provider.seed": None}, "provider.seed", None),
}


@pytest.mark.parametrize(("values", "key", "wanted"), RIGHT.values(), ids=RIGHT.keys())
def test_a_right_value_is_in_force(values, key, wanted):
    """Every kind of value, under a dotted key or in a table."""
    resolved = resolve([layer(values)])

    assert resolved.problems == ()
    assert value_of(resolved.settings, key) == wanted
    assert type(value_of(resolved.settings, key)) is type(wanted)


PRICES = "a table of `{input, output, currency}` by model, `cached` optional, per million tokens"
RULES_ALLOWED = "a table of true and false by the name of a rule: " + ", ".join(f"`{name}`" for name in RULES)
SOURCES_ALLOWED = "a table of true and false by the name of a source: `definitions`, `similar`, `edits`, `open`"

WRONG = {
    "a price without currency": ("usage.prices", {"m": {"input": 1, "output": 2}}, PRICES),
    "a price below nothing": ("usage.prices", {"m": {"input": -1, "output": 2, "currency": "USD"}}, PRICES),
    "string": ("privacy.exclude", "*.py", "a list of strings"),
    "strings of other things": ("privacy.exclude", ["a", 1], "a list of strings"),
    "choice": ("completion.lines", "two", "one of `single`, `multi`, `auto`"),
    "choice of another type": ("completion.lines", ["single"], "one of `single`, `multi`, `auto`"),
    "choice table": ("log.level", {"a": 1}, "one of `debug`, `info`, `warning`, `error`"),
    "integer as text": ("cache.size", "many", "a whole number from 0 to 100,000"),
    "integer with a fraction": ("cache.size", 1.5, "a whole number from 0 to 100,000"),
    "too large": ("cache.size", 100_001, "a whole number from 0 to 100,000"),
    "too small": ("cache.ttl_s", -1, "a whole number of at least 0"),
    "larger than clocks go": ("cache.ttl_s", 10**400, "a whole number of at least 0"),
    "infinite": ("cache.ttl_s", float("inf"), "a whole number of at least 0"),
    "true is no number": ("completion.max_lines", True, "a whole number from 1 to 1,000"),
    "debounce": ("completion.debounce_ms", "fast", "`adaptive` or a number of milliseconds"),
    "negative debounce": ("completion.debounce_ms", -1, "`adaptive` or a number of milliseconds"),
    "languages": ("completion.languages", {"python": "on"}, "a table of true and false by language id or glob"),
    "rules": ("completion.rules", ["dedent"], RULES_ALLOWED),
    "sources": ("context.sources", ["edits"], SOURCES_ALLOWED),
    "rules as text": ("completion.rules", {"dedent": "off"}, RULES_ALLOWED),
    "languages as list": ("completion.languages", ["python"], "a table of true and false by language id or glob"),
}


@pytest.mark.parametrize(("key", "value", "allowed"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_value_is_named_and_the_rest_works(key, value, allowed):
    """The sentence says key, layer, value and what is allowed; the layers below and beside still count."""
    below = layer({key: BELOW[key]}, "file")

    resolved = resolve([below, layer({key: value, "context.prefix_tokens": 99})])

    (problem,) = resolved.problems
    assert problem.startswith(f"`{key}` (editor) is ")
    assert repr(value)[:50] in problem
    assert f"should be {allowed};" in problem
    assert value_of(resolved.settings, key) == value_of(resolve([below]).settings, key)
    assert resolved.settings.context.prefix_tokens == 99
    assert resolved.origins[key] == "file"


BELOW = {
    "usage.prices": {"m": {"input": 1, "output": 2, "currency": "EUR"}},
    "privacy.exclude": ["x"],
    "completion.lines": "single",
    "log.level": "error",
    "cache.size": 3,
    "cache.ttl_s": 3,
    "completion.max_lines": 3,
    "completion.debounce_ms": 3,
    "completion.languages": {"a": True},
    "completion.rules": {"unit": False},
    "context.sources": {"similar": False},
}

# What is set, what is in force of it over {"unit": False}, and the end of each sentence.
UNKNOWN_RULES = {
    "beside known ones": (
        {"dedent": False, "deindent": False, "tag": True},
        (("dedent", False), ("tag", True)),
        ["`completion.rules.deindent` (editor) is not a rule; did you mean `indent`?"],
    ),
    "several": (
        {"dedent": False, "xyz": False, "qqq": True},
        (("dedent", False),),
        ["`completion.rules.xyz` (editor) is not a rule", "`completion.rules.qqq` (editor) is not a rule"],
    ),
    "nothing else": ({"xyz": False}, (("unit", False),), ["`completion.rules.xyz` (editor) is not a rule"]),
}


@pytest.mark.parametrize(("value", "wanted", "told"), UNKNOWN_RULES.values(), ids=UNKNOWN_RULES)
def test_an_unknown_rule_is_named_and_the_others_count(value, wanted, told):
    resolved = resolve(
        [layer({"completion.rules": BELOW["completion.rules"]}, "file"), layer({"completion.rules": value})]
    )

    assert list(resolved.problems) == told
    assert resolved.settings.completion.rules == wanted


WRONG_PROVIDER = {
    "model": 7,
    "kind": "sk-secret",
    "base_url": ["sk-secret"],
    "region": "sk-secret",
    "api_key_command": "sk-secret",
    "stop": "sk-secret",
    "headers": ["sk-secret"],
    "temperature": "sk-secret",
    "top_p": 2,
    "seed": "sk-secret",
    "max_tokens": "sk-secret",
    "timeout_s": {"total": "sk-secret"},
}


@pytest.mark.parametrize(("name", "value"), WRONG_PROVIDER.items(), ids=WRONG_PROVIDER)
def test_what_stands_under_provider_is_never_repeated(name, value):
    """A key in the wrong place must not reach a log by way of a sentence."""
    (problem,) = resolve([layer({f"provider.{name}": value})]).problems

    assert problem.startswith(f"`provider.{name}` (editor) should be ")
    assert "secret" not in problem


BAD_TIMEOUTS = [
    5,
    {"total": 0},
    {"total": -1},
    {"total": True},
    {"totla": 1},
    {"total": 10**400},
    {"total": float("nan")},
]


@pytest.mark.parametrize("value", BAD_TIMEOUTS, ids=lambda value: repr(value)[:20])
def test_time_outs_are_positive_and_named(value):
    """A wait of nothing, for ever, or by a name that does not exist is refused as a whole."""
    resolved = resolve([layer({"provider.timeout_s": value})])

    assert "a table of `connect`, `first_token` and `total` in seconds" in resolved.problems[0]
    assert resolved.settings.provider.timeout_s == Timeouts()


UNKNOWN = {
    "misspelt": ({"cache.sise": 1}, "`cache.sise` (editor) is not a setting; did you mean `cache.size`?"),
    "misspelt in a table": (
        {"cache": {"sise": 1}},
        "`cache.sise` (editor) is not a setting; did you mean `cache.size`?",
    ),
    "like nothing": ({"zzz": {"q": 1}}, "`zzz.q` (editor) is not a setting"),
    "below a setting": (
        {"provider.timeout_s.total": 3},
        "`provider.timeout_s.total` (editor) is not a setting; did you mean `provider.timeout_s`?",
    ),
}


@pytest.mark.parametrize(("values", "sentence"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_an_unknown_key_is_named(values, sentence):
    """With the key that was probably meant; its value is nobody's business."""
    resolved = resolve([layer(values)])

    assert resolved.problems == (sentence,)
    assert resolved.settings == Settings()


@pytest.mark.parametrize("group", ["cache", "provider", "completion"])
def test_a_group_that_is_no_table_is_reported_once(group):
    resolved = resolve([layer({group: 3, "context.suffix_tokens": 9})])

    assert len(resolved.problems) == 1
    assert f"`{group}`" in resolved.problems[0]
    assert resolved.settings.context.suffix_tokens == 9


def test_what_the_protocol_uses_is_no_unknown_key():
    """``initializationOptions`` carry some words that are no settings."""
    assert resolve([layer({"status": True})]).problems == ()


def test_later_layers_win_and_origins_say_who_won():
    """Lowest to highest, key by key."""
    names = ["file", "environment", "editor", "command line"]
    fields = ["prefix_tokens", "suffix_tokens", "budget_tokens"]

    resolved = resolve(
        [layer({"context": dict.fromkeys(fields[place:], 500 + place)}, name) for place, name in enumerate(names)]
    )

    assert resolved.problems == ()
    assert dataclasses.astuple(resolved.settings.context)[:3] == (502, 500, 501)
    assert resolved.origins == {
        "context.prefix_tokens": "file",
        "context.suffix_tokens": "environment",
        "context.budget_tokens": "editor",
    }


def test_exclusions_only_add_up():
    """No layer can take away what another one excludes, by an empty list or otherwise."""
    layers = [["a", "b"], ["b", "c"], [], None, "wrong"]

    resolved = resolve([layer({"privacy.exclude": globs}, trusted=not at % 2) for at, globs in enumerate(layers)])

    assert resolved.settings.privacy.exclude == ("a", "b", "c")


USERS_OWN = sorted(keys().keys() - WORKSPACE.keys())
SAMPLE = {
    "string": "http://evil.example",
    "variable": "EVIL",
    "strings": ["x"],
    "table": {"X": "y"},
    "bool": False,
    "debounce": 0,
    "number": 0.5,
    "timeouts": {"total": 1},
    "prices": {"m": {"input": 1, "output": 2, "currency": "USD"}},
}


def sample(key):
    metadata = keys()[key].metadata
    if metadata["kind"] == "integer":
        return int(metadata["low"] or 1)
    return metadata["choices"][-1] if metadata["choices"] else SAMPLE[metadata["kind"]]


@pytest.mark.parametrize("key", USERS_OWN)
def test_a_repository_sets_nothing_of_the_users(key):
    """Where code is sent, with what key, and what may be spent: ignored from an untrusted layer, with a sentence."""
    group, _, name = key.partition(".")
    for values in ({key: sample(key)}, {group: {name: sample(key)}}):
        assert resolve([layer(values)]).settings != Settings(), "the value is right where it may stand"

        resolved = resolve([layer(values, "workspace configuration", trusted=False)])

        assert resolved.settings == Settings()
        assert resolved.origins == {}
        (problem,) = resolved.problems
        assert f"`{key}` (workspace configuration) was ignored" in problem
        assert repr(sample(key)) not in problem


def test_a_new_setting_is_the_users_alone_until_a_row_says_otherwise():
    """What the contract promises to the user is in no row."""
    assert WORKSPACE.keys() <= keys().keys()
    assert not {key.partition(".")[0] for key in WORKSPACE} & {"provider", "usage", "local", "cache", "log"}
    assert {"hidden", "token"}.isdisjoint(SHAPING_RULES)
    assert RULES.keys() >= SHAPING_RULES


# What the user has, what a workspace asks for, and what is in force then; the same as before where it was refused.
WISHES = {
    "a smaller budget": ("context.budget_tokens", 4096, 512, 512),
    "a larger budget": ("context.budget_tokens", 4096, 4097, 4096),
    "a longer suffix than the shortest default": ("context.suffix_tokens", None, 129, None),
    "a shorter suffix": ("context.suffix_tokens", None, 100, 100),
    "a longer suffix than the user's": ("context.suffix_tokens", 256, 257, 256),
    "no other files": ("context.other_files", True, False, False),
    "other files again": ("context.other_files", False, True, False),
    "more of other files": ("context.other_files_tokens", 100, 101, 100),
    "more files read": ("context.max_files", 10, 11, 10),
    "a source off": ("context.sources", {}, {"similar": False}, (("similar", False),)),
    "a source off beside the user's": (
        "context.sources",
        {"edits": False},
        {"similar": False},
        (("edits", False), ("similar", False)),
    ),
    "a source on again": ("context.sources", {"edits": False}, {"edits": True, "open": False}, (("edits", False),)),
    "secrets as they are": ("privacy.redact", True, False, True),
    "more candidates": ("completion.candidates", 2, 3, 2),
    "files that a model looks up": ("completion.deep", "off", "on", "off"),
    "more tokens to look them up": ("completion.deep_tokens", 40_000, 50_000, 40_000),
    "fewer candidates": ("completion.candidates", 2, 1, 1),
    "more lines": ("completion.max_lines", 40, 41, 40),
    "by hand only": ("completion.trigger", "auto", "manual", "manual"),
    "by itself again": ("completion.trigger", "manual", "auto", "manual"),
    "several lines at every place": ("completion.lines", "auto", "multi", "auto"),
    "single lines": ("completion.lines", "auto", "single", "single"),
    "comments again": ("completion.comments", False, True, False),
    "no comments": ("completion.comments", True, False, False),
    "asking ahead again": ("completion.speculate", False, True, False),
    "a popup as well": ("completion.fallback", "auto", "on", "on"),
    "no pause": ("completion.debounce_ms", None, 0, None),
    "no cache": ("cache.size", 500, 0, 500),
    "a rule of shape off": ("completion.rules", {}, {"dedent": False}, (("dedent", False),)),
    "a rule of shape off beside the user's": (
        "completion.rules",
        {"unit": False},
        {"dedent": False},
        (("unit", False), ("dedent", False)),
    ),
    "a rule on again": ("completion.rules", {"block": False}, {"block": True}, (("block", True),)),
    "hidden characters": ("completion.rules", {}, {"hidden": False}, ()),
    "control tokens": ("completion.rules", {}, {"token": False, "dedent": False}, ()),
    "answers without an end": ("completion.rules", {}, {"block": False}, ()),
    "one more glob": ("privacy.exclude", ["a"], ["b"], ("a", "b")),
    "a long glob more": ("privacy.exclude", ["a"], ["x" * 9999], ("a", "x" * 9999)),
    "too long a glob of files": ("completion.languages", {}, {"x" * (LONGEST_GLOB + 1): False}, ()),
    "too many languages": ("completion.languages", {}, dict.fromkeys(map(str, range(MOST_GLOBS + 1)), False), ()),
    "a language off": (
        "completion.languages",
        {"c": False},
        {"python": False},
        ((("c", False),), (("python", False),)),
    ),
}


@pytest.mark.parametrize(("key", "users", "wish", "wanted"), WISHES.values(), ids=WISHES)
def test_a_workspace_only_narrows(key, users, wish, wanted):
    """A wish that goes further than the user's own value is refused whole, with one sentence that names the key."""
    below = layer({key: users}, "file")
    trusted, untrusted = layer({key: wish}), layer({key: wish}, "workspace", trusted=False)
    before = value_of(resolve([below]).settings, key)

    resolved = resolve([below, untrusted])

    assert resolve([below, trusted]).problems == (), "the wish is a right value"
    assert value_of(resolved.settings, key) == wanted
    is_refused = wanted == before
    assert [f"`{key}` (workspace) was ignored" in problem for problem in resolved.problems] == [True] * is_refused


@pytest.mark.parametrize(("key", "users"), [row[:2] for row in WISHES.values()], ids=WISHES)
def test_what_the_user_has_already_is_no_wish(key, users):
    """Editors send along what is in force; nothing is said of it, where a workspace has a say at all."""
    resolved = resolve([layer({key: users}, "file"), layer({key: users}, "workspace", trusted=False)])

    assert key not in WORKSPACE or resolved.problems == ()


VALUES = {
    "completion.trigger": st.sampled_from(["auto", "manual"]),
    "completion.lines": st.sampled_from(["single", "auto", "multi"]),
    "completion.max_lines": st.integers(1, 1000),
    "completion.candidates": st.integers(1, 5),
    "completion.debounce_ms": st.sampled_from(["adaptive", 0, 500]),
    "completion.comments": st.booleans(),
    "completion.strings": st.booleans(),
    "completion.speculate": st.booleans(),
    "completion.languages": st.dictionaries(st.sampled_from(["c", "go", "*"]), st.booleans()),
    "completion.rules": st.dictionaries(st.sampled_from(list(RULES)), st.booleans(), max_size=4),
    "context.budget_tokens": st.integers(256, 131072),
    "context.prefix_tokens": st.integers(16, 65536),
    "context.suffix_tokens": st.integers(0, 65536),
    "context.sources": st.dictionaries(st.sampled_from(list(SOURCES)), st.booleans()),
    "privacy.exclude": st.lists(st.text(max_size=3), max_size=3),
    "cache.size": st.integers(0, 9),
    "provider.base_url": st.just("http://evil.example"),
    "provider.max_tokens": st.integers(1, 8192),
}
TABLES = st.fixed_dictionaries({}, optional=VALUES)
ORDERED = ("single", "auto", "multi")


def spent(settings):
    """What is sent, spent and shown; a larger number is more of it."""
    wanted, context = settings.completion, settings.context
    switches = [wanted.comments, wanted.strings, wanted.speculate, wanted.trigger == "auto"]
    suffix = 128 if context.suffix_tokens is None else context.suffix_tokens
    numbers = [wanted.max_lines, wanted.candidates, context.budget_tokens, context.prefix_tokens, suffix]
    guards = [rule in wanted.rules_off for rule in RULES if rule not in SHAPING_RULES]
    languages = [all(is_on(table, name) for table in wanted.languages) for name in ("c", "go", "python")]
    sources = [source in context.sources_on for source in SOURCES]
    return [*switches, *numbers, *guards, *sources, *languages, ORDERED.index(wanted.lines)]


def is_on(table, name):
    fitting = [on for glob, on in table if glob in (name, "*")]
    return not fitting or fitting[-1]


@given(users=TABLES, wishes=st.lists(TABLES, max_size=3))
def test_no_wish_of_a_workspace_sends_or_spends_more(users, wishes):
    """Whatever layers a repository can write, one upon the other."""
    below = [layer(users, "file")]
    before = resolve(below).settings

    after = resolve(
        [*below, *[layer(wish, f"workspace {at}", trusted=False) for at, wish in enumerate(wishes)]]
    ).settings

    assert all(now <= then for now, then in zip(spent(after), spent(before), strict=True))
    assert (after.provider, after.usage, after.local, after.cache) == (
        before.provider,
        before.usage,
        before.local,
        before.cache,
    )
    assert after.completion.debounce_ms == before.completion.debounce_ms
    assert set(before.privacy.exclude) <= set(after.privacy.exclude)


def test_a_null_from_a_workspace_is_no_attempt():
    """Editors send null for what nobody has set."""
    assert resolve([layer({"provider": {"base_url": None}}, trusted=False)]).problems == ()


def test_the_environment_sets_four_keys():
    """Empty variables count as unset, and keys are no settings."""
    environ = {
        "INFILL_LS_PROVIDER": "openai",
        "INFILL_LS_BASE_URL": "http://localhost:1",
        "INFILL_LS_MODEL": "m",
        "INFILL_LS_MODE": "",
        "INFILL_LS_API_KEY": "sk-secret",
        "DASHSCOPE_API_KEY": "sk-secret",
    }

    resolved = resolve([environment_layer(environ)])

    assert resolved.problems == ()
    assert dict.fromkeys(("provider.kind", "provider.base_url", "provider.model"), "environment") == resolved.origins
    assert "sk-secret" not in repr(resolved)


FILES = {
    "empty": ("", {}),
    "tables and dotted keys": ('cache.size = 1\n[provider]\nmodel = "m"\n', {"cache.size": 1, "provider.model": "m"}),
    "comments and CRLF": ("# mine\r\ncache.ttl_s = 5\r\n", {"cache.ttl_s": 5}),
}


@pytest.mark.parametrize(("text", "wanted"), FILES.values(), ids=FILES.keys())
def test_a_file_is_toml(text, wanted):
    found, problems = file_layer("config.toml", text)
    resolved = resolve([found])

    assert (problems, resolved.problems) == ((), ())
    assert {key: value_of(resolved.settings, key) for key in wanted} == wanted
    assert set(resolved.origins.values()) <= {"config.toml"}


@pytest.mark.parametrize("text", ["cache.size = ", "[provider", "a = 1\na = 2\n", "\x00"], ids=repr)
def test_a_broken_file_is_ignored_as_a_whole(text):
    found, (problem,) = file_layer("config.toml", text)

    assert problem.startswith("config.toml is not valid TOML and was ignored: ")
    assert found.values == {}


def test_a_date_is_no_value():
    """TOML knows types that no setting has."""
    found, _ = file_layer("config.toml", "[cache]\nsize = 2020-01-01\n")

    assert "should be a whole number" in resolve([found]).problems[0]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
GROUPS = [field.name for field in dataclasses.fields(Settings)]


@given(
    st.dictionaries(st.sampled_from([*keys(), *GROUPS]) | st.text(), JSON, max_size=4),
    st.booleans(),
)
@example({"provider.timeout_s": {"total": 10**400}}, True)
@example({"": {"": {}}}, True)
def test_nothing_raises(values, trusted):
    """Whatever JSON comes: settings of the right types come out, and each key is in force or has its sentence."""
    resolved = resolve([layer(values, trusted=trusted)])

    assert isinstance(resolved.settings, Settings)
    assert all(isinstance(problem, str) and "editor" in problem for problem in resolved.problems)
    for key, default in DEFAULTS.items():
        if key not in resolved.origins:
            assert value_of(resolved.settings, key) == default
    if not trusted:
        assert resolved.origins.keys() <= WORKSPACE.keys()


@pytest.mark.parametrize("key", USERS_OWN)
def test_a_default_sent_along_is_nobodys_wish(key):
    """Some editors send every setting they know; what stands at its default is not worth a sentence."""
    default = json.loads(json.dumps(dataclasses.asdict(Settings())))[key.partition(".")[0]][key.partition(".")[2]]
    default = {} if keys()[key].metadata["kind"] in ("table", "prices") else default

    assert resolve([Layer("workspace", {key: default}, trusted=False)]).problems == ()


@pytest.mark.parametrize("value", ["sk-abcdef", "", "1KEY", "A KEY", "KÉY", 5])
def test_a_key_is_no_name_of_a_variable(value):
    """A key in the wrong place goes no further, and is not repeated."""
    resolved = resolve([Layer("file", {"provider.api_key_env": value})])

    assert resolved.settings.provider.api_key_env is None
    assert "environment variable" in resolved.problems[0]
    assert "sk-" not in resolved.problems[0]
