"""The table of services: what every row has to be."""

from __future__ import annotations

import pytest

from infill_ls.settings.resolve import keys
from infill_ls.settings.services import SERVICES, by_address


def test_each_row_is_a_choice_of_the_setting():
    """A row that cannot be chosen, or a choice without a row, would be a kind in half of the code."""
    assert set(keys()["provider.kind"].metadata["choices"]) == {"auto", "local", *SERVICES}


@pytest.mark.parametrize("row", SERVICES.values(), ids=SERVICES)
def test_a_row_is_known_by_each_of_its_hosts(row):
    for host in row.hosts:
        assert by_address(f"https://x{host}/v1" if host.startswith(".") else f"https://{host}/v1") is row


def test_names_of_variables_can_be_ones():
    assert all(row.key.isidentifier() and row.key.isupper() for row in SERVICES.values())
