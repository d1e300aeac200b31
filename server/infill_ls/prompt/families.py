"""Looks up model families: by a model's name, by the name of the family, by an engine's vocabulary."""

from __future__ import annotations

import re

from infill_ls.prompt.family import Family
from infill_ls.prompt.family_rows import FAMILIES

NAMES = tuple(family.name for family in FAMILIES)


def family_of(model: str) -> Family | None:
    """The row for a model's name, whether a hub's, an engine's tag or a file's path; None where no row knows it."""
    # A folder or an organisation may be named after another model.
    name = model.lower().replace("\\", "/").rstrip("/")
    last = name.rpartition("/")[2]
    for text in dict.fromkeys((last, name)):
        for family in FAMILIES:
            if any(re.search(pattern, text) for pattern in family.patterns):
                return family
    return None


def named(name: str) -> Family:
    """The row that ``provider.family`` names."""
    return next(family for family in FAMILIES if family.name == name)


VOCABULARY = tuple(family.vocabulary for family in FAMILIES if family.vocabulary)
"""Tokens by which a tokenizer shows what it spells."""


def spelled(tokens: tuple[str, ...]) -> str:
    """The name of the family that a vocabulary has the tokens of; that of none where it has none of them."""
    return next(
        (family.name for family in FAMILIES if family.vocabulary in tokens and family.vocabulary),
        "none",
    )
