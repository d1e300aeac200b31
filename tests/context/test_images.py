"""Which image the text at the cursor is to describe."""

from __future__ import annotations

import pytest

from infill_ls.context.images import image_at
from support.engine.fakes import place

DESCRIBED = {
    "alt text in Markdown": ("markdown", "See ![|](img/cat.png) here\n", "img/cat.png"),
    "begun alt text": ("markdown", '![A cat on|](<img/cat.png> "title")\n', "img/cat.png"),
    "caption below": ("markdown", "![A cat](cat.png)\n\n*|\n", "cat.png"),
    "alt of a tag": ("html", '<img src="cat.png" alt="|">\n', "cat.png"),
    "alt before the source": ("html", '<img alt="a |" class="x"\n  src=\'cat.png\'>\n', "cat.png"),
    "figcaption": ("html", '<figure>\n  <img src="cat.png" alt="Cat">\n  <figcaption>|</figcaption>\n', "cat.png"),
    "JSX": ("typescriptreact", "return <Image src={`cat.png`} alt={`|`} />;\n", "cat.png"),
    "alt in reStructuredText": ("restructuredtext", ".. image:: cat.png\n   :width: 3\n   :alt: |\n", "cat.png"),
    "caption of a figure": ("restructuredtext", ".. figure:: cat.png\n   :alt: x\n\n   A |\n", "cat.png"),
}
NOTHING = {
    "prose": ("markdown", "Some text |\n"),
    "a link that is no image": ("markdown", "[|](cat.png)\n"),
    "far below an image": ("markdown", "![A cat](cat.png)\n\nText.\n\nMore |\n"),
    "another attribute": ("html", '<img src="cat.png" class="|">\n'),
    "another tag": ("html", '<img src="cat.png"><a title="|">\n'),
    "an image directive has no caption": ("restructuredtext", ".. image:: cat.png\n\n   A |\n"),
    "after the directive": ("restructuredtext", ".. figure:: cat.png\n\nA |\n"),
    "code": ("python", 'x = "![|](cat.png)"\n'),
}


def check(language, marked, expected):
    assert image_at(place(marked, language=language)) == expected


@pytest.mark.parametrize(("language", "marked", "path"), DESCRIBED.values(), ids=DESCRIBED.keys())
def test_the_image_that_is_described(language, marked, path):
    """Alt texts and captions."""
    check(language, marked, path)


@pytest.mark.parametrize(("language", "marked"), NOTHING.values(), ids=NOTHING.keys())
def test_nothing_is_described(language, marked):
    """Anywhere else."""
    check(language, marked, None)
