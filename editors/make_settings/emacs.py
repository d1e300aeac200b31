"""The file ``editors/emacs/infill-ls-custom.el``, made from the settings' schema; writes nothing."""

from __future__ import annotations

import dataclasses
import re
import textwrap
from typing import Any

from infill_ls.settings.provider_settings import Timeouts
from infill_ls.settings.resolve import keys
from infill_ls.settings.services import SERVICES

HEAD = """;;; infill-ls-custom.el --- Settings of the language server infill-ls  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Made by editors/make_settings/emacs.py, from
;; server/infill_ls/settings/schema.py; `UPDATE=1 pytest tests/settings' writes
;; it anew.  A setting that is nil is not sent, so that the server's own
;; settings file and its default decide.  Where code is sent is for the user
;; alone to say: values that a file or a folder sets for its buffers are not
;; looked at.

;;; Code:

(defgroup infill-ls nil
  "Ghost text from the language server infill-ls."
  :group 'tools
  :prefix "infill-ls-")
"""

TAIL = """
(defconst infill-ls-custom--names
  '({names})
  "Each setting's variable, with where it stands and its kind.")

(defconst infill-ls-custom--services
  '({services})
  "Kind of server, the variable of its key, ends of its hosts' names.")

(provide 'infill-ls-custom)
;;; infill-ls-custom.el ends here
"""

TYPES = {
    "string": "string",
    "variable": "string",
    "integer": "natnum",
    "number": "number",
    "debounce": '(const "adaptive") natnum',
    "bool": '(const :tag "On" t) (const :tag "Off" :json-false)',
    "timeouts": "(plist :key-type symbol :value-type number)",
}
"""Besides nil."""
MANY = {
    "strings": "(repeat string)",
    "table": "(alist :key-type string :value-type string)",
    "languages": "(alist :key-type string :value-type boolean)",
    "switches": "(alist :key-type (choice {names}) :value-type boolean)",
    "prices": "(alist :key-type string :value-type plist)",
}
"""Those whose nil is an empty one."""


def render() -> str:
    """The whole file."""
    names = "\n    ".join(
        f"({variable(key)} :{key.partition('.')[0]} :{key.partition('.')[2]} {field.metadata['kind']})"
        for key, field in keys().items()
    )
    return (
        HEAD
        + "".join(_custom(key, field) for key, field in keys().items())
        + TAIL.replace("{names}", names).replace("{services}", _services())
    )


def _services() -> str:
    """Each kind, the variable of its key, and the hosts by which it is known."""
    rows = ((row.kind, row.key, *row.hosts) for row in SERVICES.values())
    return "\n    ".join("(" + " ".join(f'"{word}"' for word in row) + ")" for row in rows)


def variable(key: str) -> str:
    """The variable of a setting."""
    return "infill-ls-" + key.replace(".", "-").replace("_", "-")


def _custom(key: str, field: dataclasses.Field[Any]) -> str:
    return (
        f"\n(defcustom {variable(key)} nil\n"
        f'  "{_documentation(key, field)}"\n'
        f"  :type '{_type(field)}\n"
        "  :group 'infill-ls)\n"
    )


def _documentation(key: str, field: dataclasses.Field[Any]) -> str:
    sentence = re.sub(r"`([^`]*)`", r"“\1”", field.metadata["sentence"])
    # Emacs ends sentences with two blanks.
    sentence = re.sub(r"\. (?=[A-Z`“])", ".  ", sentence)
    unit = f"  In {field.metadata['unit']}." if field.metadata["unit"] else ""
    text = textwrap.fill(sentence + unit, 78, break_on_hyphens=False, break_long_words=False)
    return f"The setting “{key}”.\n{text}".replace("\\", "\\\\").replace('"', '\\"')


def _type(field: dataclasses.Field[Any]) -> str:
    kind = field.metadata["kind"]
    if kind in MANY:
        names = " ".join(f'(const "{name}")' for name in field.metadata["choices"])
        return MANY[kind].replace("{names}", names)
    rest = (
        " ".join(f'(const "{choice}")' for choice in field.metadata["choices"])
        if kind == "choice"
        else TYPES[kind]
    )
    return f'(choice (const :tag "{_unset(field)}" nil) {rest})'


def _unset(field: dataclasses.Field[Any]) -> str:
    """What an unset value means."""
    default = field.default
    if field.metadata["kind"] == "debounce":
        default = "adaptive"
    if isinstance(default, bool):
        return "Not set: on" if default else "Not set: off"
    if default is None or isinstance(default, Timeouts):
        return "Not set"
    return f"Not set: {default}"
