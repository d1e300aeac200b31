"""Without a model: files in the project that hold code in another notation give no ghost text in it, key by key."""

from __future__ import annotations

import asyncio
import json

from support.clients.editor import INVOKED, items_of
from support.clients.server_session import is_alive, session


def notebook(*cells, language="python"):
    """A file's text as Jupyter writes it, pictures in its lines."""
    written = [
        {
            "cell_type": "code",
            "execution_count": 1,
            "metadata": {},
            "outputs": [{"data": {"image/png": "iVBOR" * 1000}, "output_type": "display_data"}],
            "source": cell.splitlines(keepends=True),
        }
        for cell in cells
    ]
    metadata = {"kernelspec": {"language": language, "name": language}}
    return json.dumps({"cells": written, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=1)


PANDAS = "import numpy as np\nimport pandas as pd\n\ndf = pd.read_csv('data.csv')\ndf.head(10)\n"
LOOP = "if (count < limit && ready) {\n  send(queue[count]);\n}\n"
ESCAPED = LOOP.replace("&", "&amp;").replace("<", "&lt;")
PO = '#: src/main.py:10\nmsgid "Cannot open file %s: permission denied\\n"\nmsgstr ""\n\n'
LOG = "2026-01-01 12:00:00 INFO server.start(port=8080, host='localhost')\n"
FILES = {
    **{f"{name}.ipynb": notebook(PANDAS, "plot(df)\n") for name in "abc"},
    **{f"docs/{name}.html": f"<html>\n<pre><code>{ESCAPED}</code></pre>\n</html>\n" for name in "abc"},
    **{f"po/{name}.po": PO * 3 for name in "abc"},
    **{
        f"{name}.patch": "@@ -1,2 +1,2 @@\n-old\n" + "".join(f"+{line}\n" for line in PANDAS.split("\n"))
        for name in "abc"
    },
    **{f"{name}.log": LOG * 9 for name in "abc"},
    **{f"docs/{name}.rst": ">>> total(items, tax)\n'4.20'\n>>> pd.read_csv('data.csv')\n'ok'\n" * 3 for name in "abc"},
    **{f"__snapshots__/{name}.snap": "exports[`a`] = `\nif (count &lt; limit) {\n`;\n" * 3 for name in "abc"},
}

TYPED = {
    ("load.py", "python"): f"{PANDAS}total(items, tax)\n",
    ("open.py", "python"): 'raise OSError("Cannot open file %s: permission denied")\n',
    ("main.py", "python"): "server.start(port=8080, host='localhost')\n",
    ("a.js", "javascript"): LOOP,
    ("notes.md", "markdown"): "The server.start(port=8080, host='localhost') call\n",
}
"""What a person types into which new file; nothing of it stands in any file of the project as it is to be typed."""

FOREIGN = ('\\n"', '",', "&lt;", "&amp;", "</", "<pre", "msgstr", "'ok'", "'4.20'", "\n+", "`;", "2026-")


LAST = {"z/z/z/z.py": "def last_of_all(one, two):\n    return canary(one, two)\n" * 3}
"""Nearer files are read before it."""


async def has_read(editor, uri):
    """Wait until the whole project is known."""
    text = LAST["z/z/z/z.py"].partition("one, two)")[0]
    editor.open(uri, "")
    async with asyncio.timeout(20):
        while not items_of(await editor.inline_completion(uri, trigger_kind=INVOKED)):
            text = f"import a\n{text}"
            editor.change(uri, 0, len(editor.buffers[uri].text), text)
    editor.close(uri)


async def test_what_is_offered_is_never_in_their_notation(project):
    """And what notebooks hold is known as their editor shows it."""
    for name, text in (FILES | LAST).items():
        (project / name).parent.mkdir(exist_ok=True, parents=True)
        (project / name).write_text(text, encoding="utf-8")
    seen = []
    async with session(project, {"local": {"installed": False}}) as editor:
        await has_read(editor, (project / "b.py").as_uri())
        for (name, language), text in TYPED.items():
            uri = (project / name).as_uri()
            editor.open(uri, "", language)
            for key in text:
                editor.type(uri, key)
                seen += [(name, item["insertText"]) for item in items_of(await editor.inline_completion(uri))]
        assert await is_alive(editor)

    assert [offer for offer in seen if any(mark in offer[1] for mark in FOREIGN)] == []
    assert any(name == "load.py" and "read_csv('data.csv')" in text for name, text in seen), seen
