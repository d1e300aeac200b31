"""What models say where nothing is to change, as recordings show it, in each family's form: nothing is offered."""

from __future__ import annotations

import pytest

from infill_ls.prompt.next_families import NEXT_FAMILIES, next_named
from infill_ls.records import Chunk
from support.engine.next_desk import NextDesk

TEXT = (
    "import os\n\n\ndef load(path):\n    return open(path)\n\n\none = load(first)\ntwo = load(second)\n\n\n"
    "def rest():\n    return [\n        one,\n        two,\n    ]\n\n\nlast = rest()\n"
) + "".join(f"more{n} = {n}\n" for n in range(30))
CHANGE = ("load(path):", "load(path, mode):")


QUIET = {
    "the region": lambda lines: "\n".join(lines) + "\n",
    "without its last line end": "\n".join,
    "with blank lines behind it": lambda lines: "\n".join(lines) + "\n\n\n\n",
    "with blank lines before it": lambda lines: "\n\n" + "\n".join(lines),
    "with Windows line ends": lambda lines: "\r\n".join(lines) + "\r\n",
    "in a fence": lambda lines: "```python\n" + "\n".join(lines) + "\n```\n",
    "with blanks at a line's end": lambda lines: "\n".join([lines[0], lines[1] + "  ", *lines[2:]]),
    "nothing": lambda _: "",
    "its first lines alone": lambda lines: "\n".join(lines[:3]) + "\n",
    "what was there before the change": lambda lines: "\n".join(lines).replace("load(path, mode):", "load(path):"),
    "the line of the change taken away": lambda lines: "\n".join(line for line in lines if "mode" not in line),
    "an imagined import before it": lambda lines: "\n".join(["import sys", *lines]),
}


class Saying:
    """A model that says something of the region that it is shown."""

    model, paused = "said", False

    def __init__(self, family, say):
        self.family, self.say, self.desk, self.calls = family, say, None, 0

    async def stream(self, prompt):
        self.calls += 1
        desk, family = self.desk, self.family
        lines = desk.text.split("\n")
        first = max(0, desk.at[0] - (0 if family.prefills else family.lines_before))
        text = self.say(lines[first : desk.at[0] + family.lines_after + 1])
        if family.answer == "blocks":
            count = prompt.text.count("<|marker_")
            text = f"<|marker_1|>\n{text.rstrip(chr(10))}\n<|marker_{count}|>"
        for start in range(0, len(text), 7):
            yield Chunk(text[start : start + 7])
        yield Chunk(finish="stop")


@pytest.mark.parametrize("name", [each.name for each in NEXT_FAMILIES if each.answer != "json"])
@pytest.mark.parametrize("case", QUIET)
async def test_where_a_model_changes_nothing_of_use_nothing_is_offered(name, case):
    model = Saying(next_named(name), QUIET[case])
    desk = model.desk = NextDesk(TEXT, family=name, source="model", model=model)
    desk.change(*CHANGE)
    assert await desk.settled() is None, desk.rules
    assert model.calls == 1


@pytest.mark.parametrize(
    "text", ['{"edits": []}', '{"edits": [{"first": 1, "last": 1, "lines": ["import os"]}]}', "{}", "", "No changes."]
)
async def test_json_without_edits_offers_nothing(text):
    desk = NextDesk(TEXT, [text], family="json", source="model")
    desk.change(*CHANGE)
    assert await desk.settled() is None, desk.rules
    assert desk.model.calls == 1
