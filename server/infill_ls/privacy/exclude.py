"""Says which files are never read as context and never sent, by their names alone; it looks at no file and no link.

Whoever asks about a file behind a symbolic link asks about both names.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice, product
from typing import Final

FILES: Final = (
    # Environment files and what programs read passwords and tokens from.
    "*.env",
    "*.env.local",
    ".flaskenv",
    ".netrc",
    "_netrc",
    ".npmrc",
    ".pypirc",
    ".pgpass",
    "pgpass.conf",
    ".my.cnf",
    ".mylogin.cnf",
    ".htpasswd",
    ".dockercfg",
    ".s3cfg",
    ".boto",
    ".terraformrc",
    "terraform.rc",
    ".vault-token",
    ".authinfo",
    ".git-credentials",
    ".*credentials",
    "credentials*",
    "*credentials.json",
    "kubeconfig",
    "*.kubeconfig",
    "service-account*.json",
    "service_account*.json",
    "serviceaccount*.json",
    "local.settings.json",
    "*.publishsettings",
    "*.tfvars",
    "*.tfvars.json",
    "*.tfstate*",
    "secrets.*",
    ".secrets*",
    "*secret*.{yaml,yml,json,toml,ini,cfg,conf,properties,xml,txt}",
    # Keys, key stores, encrypted files (open in an editor they are plain text) and password databases.
    "id_{rsa,dsa,ecdsa,ed25519}*",
    "*.{pem,key,p8,p12,pfx,pkcs12,ppk,jks,keystore,ovpn,asc,gpg,pgp,kdb,kdbx,psafe3}",
    # What was typed into shells and consoles.
    ".*_history",
)
"""Globs of file names. A folder of such a name holds source code as often as not, so its files are not meant."""

PATHS: Final = (
    ".env*",
    ".ssh",
    ".aws",
    ".azure/*token*",
    ".gnupg",
    ".password-store",
    ".config/containers/auth.json",
    ".config/gcloud",
    ".config/gh/hosts.yml",
    ".config/github-copilot",
    ".config/rclone/rclone.conf",
    ".config/sops/age/keys.txt",
    ".docker/config.json",
    ".kube/config",
    ".m2/settings.xml",
    ".gradle/gradle.properties",
)
"""Globs of files and folders, wherever they are, with all that lies below."""

_SSH_KEY: Final = ("id_*", r"id_[^/.]*(?:\.pub)?")
"""SSH keys go by any name after ``id_``, without an extension; ``id_map.py`` is somebody's source code."""

_COPY: Final = r"(?:~|\.(?:bak|backup|old|orig|save|sw[op]|tmp))?"
"""What editors and people add to the name of a copy."""

TOO_LONG: Final = "privacy.exclude is too long"
"""The rule by which everything stays private where more globs were asked for than can be compared in time."""

_MOST_ALTERNATIVES: Final = 256
"""Of one glob; what a glob's braces come to beyond that is left out."""

_LONGEST_GLOB: Final = 1000
_LONGEST: Final = 20_000
"""Characters of the expression that all globs of the settings become, some 300 globs. Making it takes as long as a few
keys at worst, and the loop waits for it."""

_WILDCARD: Final = re.compile(r"(\*+)|(\?)|\[([!^]?)(.[^\]]*)\]|(.)", re.DOTALL)
_CLASS_PART: Final = re.compile(r"(.)-(.)|(.)", re.DOTALL)


@lru_cache(maxsize=256)  # the document's own path comes again with every key
def excluded_by(path: str, globs: tuple[str, ...] = ()) -> str | None:
    """The glob, built-in or of the user's ``globs``, that keeps ``path`` from being read or sent; None where none does.

    ``path`` may be absolute, relative, a bare name or a decoded URI, with either kind of slash; case never matters.

    A glob without a slash means any file or folder of that name; one with slashes, these names one below the other
    at any depth. A folder's glob covers all that lies below it. ``*``, ``?``, ``[...]`` and ``[!...]`` stay within a
    name; ``**`` stands for any number of folders; ``{a,b}`` for either.
    """
    pattern, labels = _matcher(globs)
    found = pattern.search(path.replace("\\", "/"))
    if found is None or found.lastindex is None:
        return None
    return labels[found.lastindex - 1]


@lru_cache(maxsize=32)
def _matcher(globs: tuple[str, ...]) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """One regular expression for all globs, and which glob each of its groups stands for."""
    places = [(glob, _translate(glob)) for glob in PATHS]
    left = _LONGEST
    for glob in globs:
        pattern = _translate(glob) if len(glob) <= _LONGEST_GLOB else None
        if pattern is None or len(pattern) > left:
            return re.compile("()"), (TOO_LONG,)
        left -= len(pattern)
        if pattern:
            places.append((glob, pattern))
    names = [*((glob, _translate(glob)) for glob in FILES), _SSH_KEY]
    # A colon begins a name too: "untitled:.env", "C:.env", and ".env" on a remote host.
    whole = rf"(?:^|[/:])(?:(?:{_groups(places)})(?:/|\Z)|(?=[^/:]*\Z)(?:{_groups(names)}){_COPY}\Z)"
    return re.compile(whole, re.IGNORECASE), tuple(glob for glob, _ in (*places, *names))


def _groups(translated: list[tuple[str, str]]) -> str:
    return "|".join(f"({pattern})" for _, pattern in translated)


def _translate(glob: str) -> str:
    """A regular expression without groups for one glob, empty for one that names nothing; any text will do."""
    parts = re.split(r"\{([^{}]*)\}", glob.strip().replace("\\", "/"))
    choices = product(*(part.split(",") if place % 2 else [part] for place, part in enumerate(parts)))
    paths = ("".join(choice) for choice in islice(choices, _MOST_ALTERNATIVES))
    return "|".join(filter(None, map(_path_pattern, paths)))


def _path_pattern(path: str) -> str:
    """A regular expression for one path with wildcards."""
    # What ties a glob to one place is dropped: to exclude too much is safe, to miss a file in silence is not.
    path = re.sub(r"^(?:(?:~|\.|\*\*)?/+)+(?=.)|(?:/(?:\*\*)?)+$", "", path)
    runs = ["/".join(map(_name_pattern, run.split("/"))) for run in re.split(r"/(?:\*\*/)+|/{2,}", path)]
    # The nearest match is as good as any later one, so none is tried again: time stays in proportion to the path's
    # length whatever a repository's settings ask for.
    return runs[0] + "".join(rf"/(?>(?:[^/]*/)*?{run}(?=/|\Z))" for run in runs[1:])


def _name_pattern(name: str) -> str:
    """A regular expression for one name with wildcards."""
    pieces = [""]
    for star, one, negated, members, character in _WILDCARD.findall(name):
        if star:
            pieces.append("")
        elif one:
            pieces[-1] += "[^/]"
        elif members:
            pieces[-1] += _class_pattern(members, negated=bool(negated))
        else:
            pieces[-1] += re.escape(character)
    if len(pieces) == 1:
        return pieces[0]
    first, *middle, last = pieces
    return first + "".join(rf"(?>[^/]*?{piece})" for piece in middle) + "[^/]*" + last


def _class_pattern(members: str, *, negated: bool) -> str:
    """A regular expression for one character out of a glob's brackets."""
    allowed = ""
    for low, high, single in _CLASS_PART.findall(members):
        ordered = low <= high
        allowed += re.escape(single) or f"{re.escape(low)}{'-' if ordered else ''}{re.escape(high)}"
    return f"[^/{allowed}]" if negated else f"[{allowed}]"
