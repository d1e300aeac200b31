"""The local image that alt text describes is sent on explicit request; nothing else is ever read."""

import base64
import os
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.workspace import files
from infill_ls.workspace.files import read_image
from support.engine.bench import Bench
from support.engine.fakes import place, request

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"
URL = "data:image/png;base64," + base64.b64encode(PNG).decode()


@pytest.fixture
def project(tmp_path):
    """A document's folder with images of all sorts, and one image outside."""
    root = tmp_path / "project"
    (root / "docs" / "img").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / ".gitignore").write_text("private.png\n")
    for name in ("docs/cat.png", "docs/img/a cat.png", "docs/private.png", "top.png", "docs/.env.png"):
        (root / name).write_bytes(PNG)
    (tmp_path / "outside.png").write_bytes(PNG)
    (root / "docs" / "link.png").symlink_to(root / "docs" / "private.png")
    (root / "docs" / "out.png").symlink_to(tmp_path / "outside.png")
    (root / "docs" / "notes.txt").write_text("no image")
    with (root / "docs" / "huge.png").open("wb") as file:
        file.truncate(files.LARGEST_IMAGE + 1)
    return root


@pytest.mark.parametrize(
    "reference", ["cat.png", "./cat.png", "img/a%20cat.png", "../top.png", "/top.png", "cat.png?v=1"]
)
def test_a_local_image_is_read(project, reference):
    """Relative to the document, or to the workspace where it begins with a slash."""
    assert read_image(reference, str(project / "docs" / "a.md"), (str(project),), ()) == URL


@pytest.mark.parametrize(
    "reference",
    [
        "missing.png",
        "c%00at.png",
        "notes.txt",
        "huge.png",
        "private.png",
        "link.png",
        ".env.png",
        "out.png",
        "../../outside.png",
        "http://127.0.0.1/cat.png",
        "https://example.com/cat.png",
        "//example.com/cat.png",
        "data:image/png;base64,AAAA",
        "",
    ],
)
def test_anything_else_is_not(project, reference):
    """Not from the network, not from outside, not what is private, not what is too large."""
    assert read_image(reference, str(project / "docs" / "a.md"), (str(project),), ()) is None


# First bytes of real images.
KINDS = {
    "image/png": PNG,
    "image/jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "image/gif": b"GIF89a\x10\0\x10\0\xf0\0\0",
    "image/webp": b"RIFF\x0c\0\0\0WEBPVP8L\0\0\0\0",
    "image/bmp": b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0",
}


@pytest.mark.parametrize("extension", ["png", "JPG", "jpeg", "gif", "webp", "bmp"])
@pytest.mark.parametrize(("kind", "data"), KINDS.items(), ids=KINDS)
def test_an_image_is_what_its_first_bytes_say(project, kind, data, extension):
    """Pictures go by wrong extensions everywhere."""
    (project / "docs" / f"x.{extension}").write_bytes(data)

    sent = read_image(f"x.{extension}", str(project / "docs" / "a.md"), (str(project),), ())

    assert sent == f"data:{kind};base64,{base64.b64encode(data).decode()}"


@given(
    st.sampled_from(
        ["", "BM", "BMW_KEY=", "GIF89a", "GIF87a;", "RIFF1234WEBP", "RIFF1234WEBPVP8 ", "\x89PNG\r\n\x1a\n", "ÿØÿ"]
    ),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    st.sampled_from(["utf-8", "utf-8-sig"]),
    st.sampled_from(["png", "jpg", "gif", "webp", "bmp"]),
)
def test_a_text_is_no_image_whatever_it_is_called(tmp_path_factory, start, text, encoding, extension):
    """Nor by the name of a link that leads to it."""
    folder = tmp_path_factory.getbasetemp()
    (folder / "config_prod.yml").write_bytes((start + text).encode(encoding))
    if not (folder / f"link.{extension}").is_symlink():
        (folder / f"link.{extension}").symlink_to(folder / "config_prod.yml")

    assert read_image(f"link.{extension}", str(folder / "a.md"), (str(folder),), ()) is None


@pytest.mark.parametrize(
    ("trigger", "sees", "images"),
    [("invoked", True, (URL,)), ("automatic", True, ()), ("invoked", False, ())],
    ids=["asked for", "while typing", "a model that sees nothing"],
)
async def test_only_an_explicit_request_sends_it(project, trigger, sees, images):
    """And only to a model that takes images."""
    bench = Bench(["A cat"], mode="partial", folders=[project], completion={"debounce_ms": 0}, sees=sees)
    path = project / "docs" / "a.md"
    at = place("![|](cat.png)\n", uri=path.as_uri(), path=str(path), language="markdown")
    if trigger == "automatic":
        at = place("text\n\n![A](cat.png)\n\nA |\n", uri=path.as_uri(), path=str(path), language="markdown")

    await bench.engine.complete(request(at, trigger))

    assert bench.model.prompts[0].messages[0].images == images


async def test_every_candidate_has_seen_it(project):
    bench = Bench(["A cat"], ["A dog"], mode="partial", folders=[project], sees=True)
    path = project / "docs" / "a.md"
    at = place("![|](cat.png)\n", uri=path.as_uri(), path=str(path), language="markdown")

    await bench.engine.complete(replace(request(at, "invoked"), candidates=2))

    assert [prompt.messages[0].images for prompt in bench.model.prompts] == [(URL,), (URL,)]


async def test_what_was_said_without_looking_is_no_answer(project):
    """Nor is it asked again while typing, once the model has looked."""
    bench = Bench(["thing"], ["cat"], mode="partial", folders=[project], completion={"debounce_ms": 0}, sees=True)
    path = project / "docs" / "a.md"
    at = place("![A](cat.png)\n\nA |\n", uri=path.as_uri(), path=str(path), language="markdown")

    outcomes = [await bench.engine.complete(request(at, each)) for each in ("automatic", "invoked", "automatic")]

    assert [(each.source, each.completion.text) for each in outcomes] == [
        ("model", "thing"),
        ("model", "cat"),
        ("cache", "cat"),
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes by name here")
@pytest.mark.timeout(10)
def test_a_pipe_is_not_waited_for(project):
    os.mkfifo(project / "docs" / "pipe.png")

    assert read_image("pipe.png", str(project / "docs" / "a.md"), (str(project),), ()) is None
