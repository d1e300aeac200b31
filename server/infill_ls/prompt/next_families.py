"""How models are asked for the next edit, family by family, as rows of data. Holds no names of single models.

Each is shown the last changes and an excerpt, and rewrites the excerpt's region. The forms are those that the models
were trained on; the sentences in them are our own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from infill_ls.records import Mode

Answer = Literal["region", "blocks", "json"]
"""What a model says: the region, from where its prefill ends; marked blocks of it; or numbered lines as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextFamily:
    """One family's form. Templates are filled by ``str.format``, which never looks inside what it fills in."""

    name: str
    """What ``next_edit.family`` calls it."""
    patterns: tuple[str, ...] = ()
    """What lower-case names of members contain; the first row that finds one in a name has it."""
    mode: Mode
    """``fim`` for a prompt that is sent as it is, ``chat``, or ``partial`` for a chat whose answer begins already."""
    path: str = ""
    """Where the service takes such prompts, if not where it takes others."""
    streams: bool = True
    lines_before: int
    lines_after: int
    """Lines of the region, above the cursor's and below."""
    shown_before: int
    shown_after: int
    """Lines that are shown around the region at most."""
    events: int = 6
    """Changes that are shown, the newest last."""
    event: str
    """One change: ``{path}``, ``{diff}``, ``{hunk}`` (the same without its header), ``{old}``, ``{new}``."""
    user: str
    """The prompt: ``{events}``, ``{path}``, ``{above}``, ``{region}``, ``{below}``, ``{was}``, ``{prefill}``."""
    system: str = ""
    begun: str = ""
    """The answer's beginning in partial mode: ``{prefill}``."""
    prefills: bool = False
    """Whether the answer begins with the region's lines above the cursor's, so that they cannot be rewritten."""
    cursor: str = ""
    """Stands at the cursor."""
    answer: Answer = "region"
    opening: str = ""
    """The line that a region begins with in an answer, where it is said again."""
    stop: tuple[str, ...] = ()
    """Strings that end an answer, most telling first."""
    no_edit: tuple[str, ...] = ()
    """What a model says instead of the region if nothing is to change."""
    control_tokens: tuple[str, ...]
    """Strings that mean something to the model or to who reads its answer; in user text they are to be neutralised."""


_SEED_TOKENS: Final = (
    *("<[fim-suffix]>", "<[fim-prefix]>", "<[fim-middle]>"),
    *("<[end▁of▁sentence]>", "<[begin▁of▁sentence]>", "<[PAD▁TOKEN]>", "<[SEP▁TOKEN]>"),
)
_QWEN_TOKENS: Final = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|fim_prefix|>")
_QWEN_FIM: Final = (
    *_QWEN_TOKENS,
    *("<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>", "<|file_sep|>", "<|repo_name|>"),
)
_EDITABLE: Final = (
    *("<|editable_region_start|>", "<|editable_region_end|>"),
    *("<|user_cursor_is_here|>", "<|start_of_file|>"),
)

_ZETA1 = NextFamily(
    name="zeta1",
    patterns=(r"zeta(?![-_ ]?[2-9])",),
    mode="fim",
    lines_before=8,
    lines_after=10,
    shown_before=15,
    shown_after=15,
    event='User edited "{path}":\n```diff\n{diff}\n```\n',
    user=(
        "### Instruction:\nA user edits code. Rewrite the marked region of the excerpt with the edit that follows from "
        "the last ones, the cursor's place considered.\n\n### User Edits:\n\n{events}\n### User Excerpt:\n\n```{path}\n"
        "{above}<|editable_region_start|>\n{region}\n<|editable_region_end|>\n{below}```\n\n### Response:\n"
    ),
    cursor="<|user_cursor_is_here|>",
    opening="<|editable_region_start|>",
    stop=("<|editable_region_end|>", "<|endoftext|>", "<|im_end|>"),
    control_tokens=(*_EDITABLE, *_QWEN_FIM),
)
_ZETA2 = NextFamily(
    name="zeta2",
    patterns=(r"zeta[-_ ]?2(?!\.\d)",),
    mode="fim",
    lines_before=10,
    lines_after=15,
    shown_before=30,
    shown_after=30,
    event="--- a/{path}\n+++ b/{path}\n{hunk}\n",
    user=(
        "<[fim-suffix]>\n{below}<[fim-prefix]><filename>edit_history\n{events}\n<filename>{path}\n{above}"
        "<<<<<<< CURRENT\n{region}\n=======\n<[fim-middle]>"
    ),
    cursor="<|user_cursor|>",
    stop=(">>>>>>> UPDATED", "<[end▁of▁sentence]>", "<[fim-suffix]>", "<[fim-prefix]>"),
    no_edit=("NO_EDITS", "KEEP_PREVIOUS"),
    control_tokens=(
        *_SEED_TOKENS,
        *("<filename>", "<<<<<<< CURRENT", ">>>>>>> UPDATED", "<|user_cursor|>"),
    ),
)
_ZETA21 = NextFamily(
    name="zeta2.1",
    patterns=(r"zeta[-_ ]?2\.1",),
    mode="fim",
    lines_before=14,
    lines_after=24,
    shown_before=30,
    shown_after=30,
    event=_ZETA2.event,
    user=_ZETA2.user.replace("<<<<<<< CURRENT\n{region}\n=======\n", "{region}\n"),
    cursor=_ZETA2.cursor,
    answer="blocks",
    stop=("<[end▁of▁sentence]>", "<[fim-suffix]>", "<[fim-prefix]>", "<filename>"),
    no_edit=_ZETA2.no_edit,
    control_tokens=(*_SEED_TOKENS, "<filename>", "<|user_cursor|>", "<|marker_"),
)
_SWEEP = NextFamily(
    name="sweep",
    patterns=(r"sweep",),
    mode="fim",
    lines_before=10,
    lines_after=10,
    shown_before=0,
    shown_after=0,
    events=3,
    event="<|file_sep|>{path}.diff\noriginal:\n{old}\nupdated:\n{new}\n",
    user=(
        "{events}<|file_sep|>original/{path}\n{was}\n<|file_sep|>current/{path}\n{region}\n"
        "<|file_sep|>updated/{path}\n{prefill}"
    ),
    prefills=True,
    cursor="<|cursor|>",
    stop=("<|file_sep|>", "<|endoftext|>", "</s>"),
    control_tokens=("<|cursor|>", "</s>", *_QWEN_FIM),
)
_INSTINCT = NextFamily(
    name="instinct",
    patterns=(r"instinct",),
    mode="chat",
    lines_before=1,
    lines_after=5,
    shown_before=24,
    shown_after=20,
    event='User edited file "{path}"\n\n```diff\n{diff}\n```\n',
    system="You rewrite the marked region of an excerpt with the edit that follows from a user's last ones.",
    user=(
        "### User Edits:\n\n{events}\n### User Excerpt:\n{path}\n\n```\n{above}<|editable_region_start|>\n{region}\n"
        "<|editable_region_end|>\n{below}```\n### Response:"
    ),
    cursor="<|user_cursor_is_here|>",
    opening="<|editable_region_start|>",
    stop=("<|editable_region_end|>", "<|im_end|>", "<|endoftext|>"),
    control_tokens=(*_EDITABLE, *_QWEN_FIM),
)
_MERCURY = NextFamily(
    name="mercury",
    patterns=(r"mercury",),
    mode="chat",
    path="/edit/completions",
    streams=False,
    lines_before=5,
    lines_after=10,
    shown_before=60,
    shown_after=60,
    event="--- a/{path}\n+++ b/{path}\n{diff}\n",
    user=(
        "<|current_file_content|>\ncurrent_file_path: {path}\n{above}<|code_to_edit|>\n{region}\n<|/code_to_edit|>\n"
        "{below}<|/current_file_content|>\n\n<|edit_diff_history|>\n{events}<|/edit_diff_history|>\n"
    ),
    cursor="<|cursor|>",
    stop=("<|/code_to_edit|>",),
    no_edit=("None",),
    control_tokens=(
        *("<|code_to_edit|>", "<|/code_to_edit|>", "<|cursor|>"),
        *("<|current_file_content|>", "<|/current_file_content|>"),
        *("<|edit_diff_history|>", "<|/edit_diff_history|>"),
    ),
)

_TASK: Final = (
    "You watch somebody edit a file. Below are the changes made last, the newest last, and the lines around the "
    "cursor, which <cursor/> marks."
)
_CHANGES: Final = "<changes>\n{events}</changes>\n\nFile: {path}\n\n"
_OWN_TOKENS: Final = (
    *("<region>", "</region>", "<cursor/>", "<changes>", "</changes>", "<above>", "</above>"),
    *("<below>", "</below>"),
)

_CHAT = NextFamily(
    name="chat",
    mode="partial",
    lines_before=4,
    lines_after=16,
    shown_before=30,
    shown_after=20,
    event="{diff}\n",
    user=(
        _TASK
        + " Write the region anew, as it will be after the edits that follow from those changes: the same change "
        "at the places that still lack it, what a new name or argument makes necessary, what a half-made change leaves "
        "to do. Where nothing follows, repeat its lines as they are. Change nothing else and explain nothing; keep "
        "indentation. Your answer has begun already: go on from its last character, and end it with </region>.\n\n"
        + _CHANGES
        + "<above>\n{above}</above>\n<region>\n{region}\n</region>\n<below>\n{below}</below>"
    ),
    begun="<region>\n{prefill}",
    prefills=True,
    cursor="<cursor/>",
    opening="<region>",
    stop=("</region>", "<|im_end|>", "<|endoftext|>"),
    control_tokens=(*_OWN_TOKENS, *_QWEN_TOKENS),
)
_JSON = NextFamily(
    name="json",
    mode="chat",
    lines_before=4,
    lines_after=16,
    shown_before=30,
    shown_after=20,
    event="{diff}\n",
    user=(
        _TASK
        + " Say which of the region's lines will be changed next, as far as that follows from those changes: the "
        "same change at the places that still lack it, what a new name or argument makes necessary, what a half-made "
        'change leaves to do. Answer in JSON alone: {{"edits": [{{"first": 3, "last": 3, "lines": ["..."]}}]}} puts '
        "lines in the place of those from number first to number last, without their numbers and with their "
        'indentation; {{"edits": []}} changes nothing.\n\n'
        + _CHANGES
        + "<above>\n{above}</above>\n<region>\n{region}\n</region>\n<below>\n{below}</below>"
    ),
    cursor="<cursor/>",
    answer="json",
    control_tokens=(*_OWN_TOKENS, *_QWEN_TOKENS),
)

NEXT_FAMILIES: Final = (_ZETA21, _ZETA2, _ZETA1, _SWEEP, _INSTINCT, _MERCURY, _CHAT, _JSON)
"""In the order in which names are looked at; the last two are for any chat model."""


def next_family_of(model: str) -> NextFamily | None:
    """The row for a model's name, whether a hub's, an engine's tag or a file's path; None where no row knows it."""
    name = model.lower().replace("\\", "/").rstrip("/").rpartition("/")[2]
    for family in NEXT_FAMILIES:
        if any(re.search(pattern, name) for pattern in family.patterns):
            return family
    return None


def next_named(name: str) -> NextFamily:
    """The row that ``next_edit.family`` names."""
    return next(family for family in NEXT_FAMILIES if family.name == name)
