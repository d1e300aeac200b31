"""Which changes say by themselves that more is to be changed."""

import pytest

from infill_ls.records import Change
from infill_ls.repeat.hints import leads_on

LINES = ("total = price(item)", "print(total)", "other = price(more)", "")
CASES = [
    ("a name that is gone stands elsewhere", ("total = price(item)",), ("amount = price(item)",), True),
    ("a call with other arguments, called elsewhere", ("x = price(item)",), ("x = price(item, tax)",), True),
    ("a definition with other arguments", ("def price(item):",), ("def price(item, tax):",), True),
    ("a call that stays as it is", ("x = price(item)",), ("y = price(item)",), False),
    ("a name that stands nowhere else", ("alone = 1",), ("single = 1",), False),
    ("a value", ("x = 1",), ("x = 2",), False),
    ("a word that nobody chose", ("return item",), ("yield item",), False),
    ("a short name", ("a = 1",), ("b = 1",), False),
    ("lines that came", (), ("total = 1",), False),
    ("lines that went", ("total = 1",), (), False),
]


@pytest.mark.parametrize(("old", "new", "leads"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_change_leads_on_where_something_of_it_stands_elsewhere(old, new, leads):
    assert leads_on(Change(1, 9, old, new), LINES, "python") == leads
