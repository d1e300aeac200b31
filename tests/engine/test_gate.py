"""Where no model is asked at all, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infill_ls.document.mirror import Mirror
from infill_ls.document.snapshot import take
from infill_ls.engine.gate import refuse, refuse_call
from infill_ls.settings.resolve import Layer, resolve
from infill_ls.syntax.language_rows import LANGUAGES as LANGUAGE_ROWS
from support.engine.fakes import place, request


def check(at, wanted, *, trigger="automatic", cause="typed", **values):
    """The outcome and rule of a refusal, be it of everything or of a call; None where the model is asked."""
    resolved = resolve([Layer("test", values)])
    assert resolved.problems == ()
    asked = replace(request(at, trigger), cause=cause)
    refusal = refuse(asked, resolved.settings) or refuse_call(asked)
    assert (None if refusal is None else (refusal.name, refusal.rule)) == wanted
    assert refusal is None or refusal.completion is None


ASKED = {
    "end of a line": "x = |\ny\n",
    "end of a word": "retu|",
    "an empty line": "def f():\n    |\n",
    "before what an editor closed": "f(|)\n",
    "before several closers": 'g(f["|"]);\n',
    "before blanks": "x = |  \n",
    "before a comma": "f(a|, )",
    "after a word, before a closer": "f(abc|)",
    "non-Latin text": "变量 = |",
}


@pytest.mark.parametrize("marked", ASKED.values(), ids=ASKED.keys())
def test_at_such_places_a_model_is_asked(marked):
    check(place(marked), None)


GATED = {
    "nothing before the cursor": ("|x = 1\n", "no_prefix"),
    "only blanks before the cursor": ("\n \t\n|x = 1", "no_prefix"),
    "an empty document": ("|", "no_prefix"),
    "inside a word": ("ret|urn x", "mid_word"),
    "inside a number": ("x = 12|34", "mid_word"),
    "inside a non-Latin word": ("变|量", "mid_word"),
    "before code": ("x = | + 1", "mid_line"),
    "before a word": ("x = |y", "mid_line"),
    "before a closer and code": ("f(|) + 1", "mid_line"),
}


@pytest.mark.parametrize(("marked", "rule"), GATED.values(), ids=GATED.keys())
def test_at_such_places_nobody_wants_a_suggestion(marked, rule):
    check(place(marked), ("gated", rule))


@pytest.mark.parametrize(("marked", "rule"), GATED.values(), ids=GATED.keys())
def test_an_explicit_request_passes_more(marked, rule):
    """Who asks wants an answer, except where no prompt can be made."""
    check(place(marked), ("gated", "no_prefix") if rule == "no_prefix" else None, trigger="invoked")


@pytest.mark.parametrize("cause", ["deleted", "undone", "moved"])
def test_only_typing_asks_a_model(cause):
    """Unless somebody asks for it; what is known already may be shown all the same."""
    check(place("x = |"), ("gated", cause), cause=cause)
    check(place("x = |"), None, cause=cause, trigger="invoked")


def test_manual_means_only_explicit_requests():
    check(place("x = |"), ("gated", "manual"), completion={"trigger": "manual"})
    check(place("x = |"), None, completion={"trigger": "manual"}, trigger="invoked")


SCOPES = {
    "a comment": ("x = 1  # the |\n", "comments", "comment"),
    "a string": ('x = "the |"\n', "strings", "string"),
}


@pytest.mark.parametrize(("marked", "setting", "rule"), SCOPES.values(), ids=SCOPES)
def test_comments_and_strings_may_be_left_alone(marked, setting, rule):
    """Each by a setting of its own; code and explicit requests are asked for as ever."""
    check(place(marked), None)
    check(place(marked), ("gated", rule), completion={setting: False})
    check(place(marked), None, completion={setting: False}, trigger="invoked")
    check(place("x = |\n"), None, completion={setting: False})
    for _, other, _ in SCOPES.values():
        if other != setting:
            check(place(marked), None, completion={other: False})


SCHEMES = {
    "file:///p/a.py": None,
    "untitled:Untitled-1": None,
    "vscode-remote://ssh/p/a.py": None,
    "vscode-notebook-cell:/p/a.ipynb#W0": None,
    "output:extension": ("gated", "scheme"),
    "git:/p/a.py?ref": ("gated", "scheme"),
    "vscode-scm:git/scm0/input": ("gated", "scheme"),
    "search-editor:x": ("gated", "scheme"),
    "no scheme at all": ("gated", "scheme"),
}


@pytest.mark.parametrize("trigger", ["automatic", "invoked"])
@pytest.mark.parametrize(("uri", "wanted"), SCHEMES.items())
def test_only_documents_that_people_write_code_in(uri, wanted, trigger):
    check(place("x = |", uri=uri), wanted, trigger=trigger)


OFF = ("gated", "language")
LANGUAGES = {
    "another language": ({"markdown": False}, None),
    "its language": ({"python": False}, OFF),
    "its language, switched on": ({"python": True}, None),
    "its extension": ({"*.py": False}, OFF),
    "another extension": ({"*.pyi": False}, None),
    "its folder": ({"docs/*": False}, OFF),
    "all, and its language on again": ({"*": False, "python": True}, None),
    "on, and then all off": ({"python": True, "*": False}, OFF),
    "its whole path": ({"/p/docs/a.py": False}, OFF),
}


@pytest.mark.parametrize("trigger", ["automatic", "invoked"])
@pytest.mark.parametrize(("languages", "wanted"), LANGUAGES.values(), ids=LANGUAGES.keys())
def test_languages_are_switched_off_by_id_or_glob(languages, wanted, trigger):
    """The last entry that fits decides, also for explicit requests."""
    at = place("x = |", uri="file:///p/docs/a.py", path="/p/docs/a.py")

    check(at, wanted, trigger=trigger, completion={"languages": languages})


@pytest.mark.parametrize("language", LANGUAGE_ROWS, ids=lambda each: each.id)
def test_a_language_is_off_under_all_its_names_by_any_of_them(language):
    """Whichever of them the editor has for it, and whichever the user; the languages of other rows stay on."""
    names = [name for name in (language.id, *language.also) if name]
    others = [each.id for each in LANGUAGE_ROWS if each is not language]
    for name in {*names, *language.extensions, names[0].upper(), f".{names[-1]}"}:
        settings = resolve([Layer("test", {"completion": {"languages": {name: False}}})]).settings

        def is_off(called, settings=settings):
            at = replace(place("x = |", uri="file:///p/a", path="/p/a"), language=called)
            return refuse(request(at, "invoked"), settings) is not None

        assert [called for called in (*names, *(each.title() for each in names)) if not is_off(called)] == []
        assert [called for called in others if is_off(called)] == []


MEANT = [
    # the switch, what the editor calls the document, its path, whether it is off
    ("python", "frobnicate", "/p/a.py", True),  # what the file's name tells
    ("frobnicate", "frobnicate", "/p/a.py", True),  # what the editor calls it
    ("frobnicate", "Frobnicate", "/p/a.py", True),
    ("plaintext", "plaintext", "/p/a.py", True),
    ("plaintext", "", "/p/a.py", False),
    ("python", "python.django", "/p/a.py", True),
    ("django", "python.django", "/p/a.py", True),
    ("python.django", "python.django", "/p/a.py", True),
    ("python.django", "django", "/p/a.py", True),
    ("python.django", "python", "/p/a.py", False),
    ("yaml.ansible", "ansible", "/p/a.yml", True),
    ("yaml.ansible", "yaml", "/p/a.yml", False),
    ("html.erb", "eruby", "/p/a.erb", True),
    ("go.mod", "go.mod", "/p/go.mod", True),
    ("go.mod", "go", "/p/a.go", False),
    ("shell.nix", "nix", "/p/shell.nix", True),
    ("shell.nix", "nix", "/p/a.nix", False),
    ("shell.nix", "shellscript", "/p/a.sh", False),
    ("secrets.py", "py", "/p/a.py", False),
    ("*.py", "python", "/p/a.pyw", False),
    ("vendor/*.js", "javascript", "/p/a.js", False),
    ("vendor/*.js", "javascript", "/p/vendor/a.js", True),
    ("vendor/*.js", "javascript", "/p/VENDOR/a.js", True),
    ("Vendor/*.JS", "javascript", "/p/vendor/a.js", True),
    (".py", "python", "/p/a.pyw", True),
    (".env", "python", "/p/a.py", False),
]


@pytest.mark.parametrize(("switch", "called", "path", "off"), MEANT)
def test_what_a_switch_means(switch, called, path, off):
    """A language by what the editor calls it and by what the file's name tells; a file by its name; a dialect alone."""
    taken = take(
        Mirror("x = "), uri=f"file://{path}", path=path, language=called, line=0, character=4, encoding="utf-16"
    )

    check(taken, OFF if off else None, completion={"languages": {switch: False}})


EXCLUDED = {
    "a built-in glob": ("/p/.env", "file:///p/.env", ".env*"),
    "a Windows path": ("C:\\p\\.env", "file:///c%3A/p/.env", ".env*"),
    "a glob of the user's": ("/p/generated/a.py", "file:///p/generated/a.py", "generated"),
    "an untitled document": (None, "untitled:.env", ".env*"),
    "an untitled document with a path": (None, "untitled:/p/server.pem", None),
    "an encoded name": (None, "untitled:c%3A%5Cp%5C.env", ".env*"),
    "a remote document": (None, "vscode-remote://ssh/p/%2Eenv", ".env*"),
    "a document of another scheme": (None, "git:/p/.env", ".env*"),
}


@pytest.mark.parametrize("trigger", ["automatic", "invoked"])
@pytest.mark.parametrize(("path", "uri", "rule"), EXCLUDED.values(), ids=EXCLUDED.keys())
def test_private_files_are_excluded_before_anything_else(path, uri, rule, trigger):
    """By their names alone, whoever asks and wherever the cursor stands."""
    for marked in ("x = |", "|", "a|b"):
        at = place(marked, uri=uri, path=path)
        if rule is None:
            rule = "*.{pem,key,p8,p12,pfx,pkcs12,ppk,jks,keystore,keytab,agekey,ovpn,asc,gpg,pgp,kdb,kdbx,psafe3}"

        check(at, ("excluded", rule), trigger=trigger, privacy={"exclude": ["generated"]})
