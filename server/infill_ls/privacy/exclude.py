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
    ".pg_service.conf",
    ".my.cnf",
    ".mylogin.cnf",
    ".htpasswd",
    ".dockercfg",
    ".s3cfg",
    ".passwd-s3fs",
    ".boto",
    ".ossutilconfig",
    ".databrickscfg",
    ".sentryclirc",
    ".clasprc.json",
    ".ftpconfig",
    "sftp-config.json",
    ".{msmtp,mbsync,fetchmail,offlineimap}rc",
    ".renviron",
    ".dev.vars",
    "ngrok.yml",
    "rclone.conf",
    "kaggle.json",
    "auth.json",
    "token.json",
    "wp-config.php",
    "local.properties",
    ".terraformrc",
    "terraform.rc",
    ".vault-token",
    ".vault{_,-}pass*",
    "vault.{yml,yaml}",
    ".authinfo",
    ".git-credentials",
    ".*credentials",
    "credentials*",
    "*credentials.json",
    "kubeconfig",
    "*.kubeconfig",
    "*service{-,_,}account*.json",
    "*firebase-adminsdk*.json",
    "local.settings.json",
    "*.publishsettings",
    "*.tfvars",
    "*.tfvars.json",
    "*.tfstate*",
    "secrets.*",
    ".secrets*",
    "*secret*.{yaml,yml,json,toml,ini,cfg,conf,properties,xml,txt}",
    "{api,access,auth,secret,private}{_,-,}{key,token}{,s}.txt",
    "password{,s}.txt",
    # Keys, key stores, encrypted files (open in an editor they are plain text) and password databases.
    "id_{rsa,dsa,ecdsa,ed25519}*",
    "ssh_host_*_key*",
    "{deploy,private}_key",
    "*.{pem,key,p8,p12,pfx,pkcs12,ppk,jks,keystore,keytab,agekey,ovpn,asc,gpg,pgp,kdb,kdbx,psafe3}",
    "krb5cc_*",
    "wg[0-9]*.conf",
    "{,g}shadow",
    "wallet.dat",
    "utc--*",
    # What browsers keep.
    "logins.json",
    "key[34].db",
    "cookies.txt",
    # What was typed into shells and consoles.
    ".*_history",
    "fish_history",
    ".viminfo",
)
"""Globs of file names. A folder of such a name holds source code as often as not, so its files are not meant."""

_PLAIN: Final = frozenset(glob for glob in FILES if not re.search(r"[*?\[{]", glob))
"""Those without wildcards, which are looked up."""

PATHS: Final = (
    ".env*",
    ".ssh",
    ".aws",
    ".azure/*token*",
    ".aliyun",
    ".oci",
    ".fly/config.yml",
    ".snowsql/config",
    ".huggingface/token",
    ".cache/huggingface/token",
    ".subversion/auth",
    ".claude/settings.local.json",
    ".vscode/sftp.json",
    ".gnupg",
    ".password-store",
    ".config/containers/auth.json",
    ".config/gcloud",
    ".config/gh/hosts.yml",
    ".config/github-copilot",
    ".config/glab-cli/config.yml",
    ".config/rclone/rclone.conf",
    ".config/sops/age/keys.txt",
    ".docker/config.json",
    ".kube/config",
    ".m2/settings{,-security}.xml",
    ".gradle/gradle.properties",
)
"""Globs of files and folders, wherever they are, with all that lies below."""

_SSH_KEY: Final = ("id_*", r"id_[^/.]*(?:\.pub)?")
"""SSH keys go by any name after ``id_``, without an extension; ``id_map.py`` is somebody's source code."""

_TRANSLATIONS: Final = re.compile(
    r"(?:^|/)(?:locales?|i18n|l10n|lang|langs|languages?|translations?|messages)/(?:.*/)?(?:auth|token)\.json\Z",
    re.IGNORECASE,
)
"""Texts of a program's pages in people's languages, a file for each page."""

_WORDS: Final = (
    "bak|backup|old|orig|original|save|saved|tmp|temp|copy|prev|previous|rej|new|disabled|dist"
)
_COPY_OF: Final = re.compile(r"\A(?:#|\.#|\._|~\$|(?:copy|backup)[ _-]of[ _-])", re.IGNORECASE)
_COPIED: Final = re.compile(
    rf"(?:~|#|\.~\d+~|[ ._-](?:{_WORDS})\d*|\.sw[a-z]|\.(?:dpkg|ucf|rpm|pac)-?[a-z]+"
    r"|[ ._-]{0,3}\(?copy\)?(?: \(?\d+\)?)?| ?\(\d+\)|[ ._-]\d[\d._:t-]*)\Z",
    re.IGNORECASE,
)
"""What editors, packages and people put before and behind the name of a copy, or behind it without its extension."""

_SIGN: Final = re.compile(
    rf"[~#$() ]|\._|[._-](?:\d|{_WORDS}|sw[a-z]|dpkg|ucf|rpm|pac)|copy|backup", re.IGNORECASE
)
"""A part of each of these; most names have none."""

_EXTENSION: Final = re.compile(r"\.[a-z][a-z0-9]{0,9}\Z", re.IGNORECASE)
_MOST_ORIGINALS: Final = 40
_LONGEST_NAME: Final = 255
"""Characters; no file has a longer name."""

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

    What a file's name says of it, the names of its copies say, too.

    A glob without a slash means any file or folder of that name; one with slashes, these names one below the other
    at any depth. A folder's glob covers all that lies below it. ``*``, ``?``, ``[...]`` and ``[!...]`` stay within a
    name; ``**`` stands for any number of folders; ``{a,b}`` for either.
    """
    pattern, labels = _matcher(globs)
    path = path.replace("\\", "/")
    for each in (path, *_originals(path)):
        name = each[max(each.rfind("/"), each.rfind(":")) + 1 :].lower()
        if name in _PLAIN and not _TRANSLATIONS.search(each):
            return name
        found = pattern.search(each)
        if found is not None and found.lastindex is not None:
            return labels[found.lastindex - 1]
    return None


def _originals(path: str) -> list[str]:
    """What a file may be a copy of: its path without what stands before and behind the names of copies."""
    start = max(path.rfind("/"), path.rfind(":")) + 1
    if len(path) - start > _LONGEST_NAME or not _SIGN.search(path, start):
        return []
    names = [path[start:]]
    for name in names:
        extension = _EXTENSION.search(name)
        stem = name if extension is None else name[: extension.start()]
        shorter = [
            _COPY_OF.sub("", name),
            _COPIED.sub("", name),
            _COPIED.sub("", stem) + name[len(stem) :],
        ]
        head, dot, tail = name.rpartition(
            "."
        )  # of a hidden file all of the name may pass for its extension
        shorter.append(_COPIED.sub("", head) + dot + tail)
        if name.startswith(".") and shorter[1] != name:
            shorter.append(shorter[1][1:])  # Vim hides the copies that it makes
        new = [found for found in dict.fromkeys(shorter) if found and found not in names]
        names += new[: max(0, _MOST_ORIGINALS - len(names))]
    return [path[:start] + name for name in names[1:]]


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
    names = [*((glob, _translate(glob)) for glob in FILES if glob not in _PLAIN), _SSH_KEY]
    # A colon begins a name too: "untitled:.env", "C:.env", and ".env" on a remote host.
    whole = rf"(?:^|[/:])(?:(?:{_groups(places)})(?:/|\Z)|(?=[^/:]*\Z)(?:{_groups(names)})\Z)"
    return re.compile(whole, re.IGNORECASE), tuple(glob for glob, _ in (*places, *names))


def _groups(translated: list[tuple[str, str]]) -> str:
    return "|".join(f"({pattern})" for _, pattern in translated)


def _translate(glob: str) -> str:
    """A regular expression without groups for one glob, empty for one that names nothing; any text will do."""
    parts = re.split(r"\{([^{}]*)\}", glob.strip().replace("\\", "/"))
    choices = product(
        *(part.split(",") if place % 2 else [part] for place, part in enumerate(parts))
    )
    paths = ("".join(choice) for choice in islice(choices, _MOST_ALTERNATIVES))
    return "|".join(filter(None, map(_path_pattern, paths)))


def _path_pattern(path: str) -> str:
    """A regular expression for one path with wildcards."""
    # What ties a glob to one place is dropped: to exclude too much is safe, to miss a file in silence is not.
    path = re.sub(r"^(?:(?:~|\.|\*\*)?/+)+(?=.)|(?:/(?:\*\*)?)+$", "", path)
    runs = [
        "/".join(map(_name_pattern, run.split("/"))) for run in re.split(r"/(?:\*\*/)+|/{2,}", path)
    ]
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
