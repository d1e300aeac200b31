"""Context -> fill-in-the-middle prompt. Does not neutralise, cut or choose: the context comes ready."""

from __future__ import annotations

from dataclasses import replace

from infill_ls.prompt.comments import as_comments
from infill_ls.prompt.family import Family
from infill_ls.records import Context, FimForm, Prompt

_REPOSITORY = "project"
"""Name shown for the workspace: its real one is none of the model's business and would change the bytes."""


def build(
    context: Context,
    family: Family,
    *,
    max_tokens: int,
    stop: tuple[str, ...] = (),
    form: FimForm = "documented",
) -> Prompt:
    """The prompt for a completions endpoint, equal for equal arguments.

    Args:
        context: with LF line ends and control tokens neutralised.
        family: whose spelling to use.
        max_tokens: longest answer asked for.
        stop: the user's own stop strings; they go before the family's, which every stream filter knows anyway.
        form: ``typed-last`` puts the typed part of the cursor's line behind the middle token, where the model goes on
            from it. All before it stays the same while that line is typed, so that a prefix cache has it.
    """
    if context.neighbors and not family.file:
        context = replace(context, prefix=as_comments(context) + context.prefix)
    return Prompt(
        mode="fim",
        context=context,
        text=_text(context, family, form),
        stop=tuple(dict.fromkeys(stop + family.stop)),
        max_tokens=max_tokens,
    )


def _text(context: Context, family: Family, form: FimForm) -> str:
    files, prefix = _other_files(context, family), context.prefix
    # Nothing may stand after the middle token: the model would take it for the start of its own answer.
    if not context.suffix.strip():
        return (family.prefix_only or family.middle).format(files=files, prefix=prefix, suffix="")
    line = prefix.rfind("\n") + 1 if form == "typed-last" else len(prefix)
    return (
        family.middle.format(files=files, prefix=prefix[:line], suffix=context.suffix)
        + prefix[line:]
    )


def _other_files(context: Context, family: Family) -> str:
    """The repository-level form's head; nothing where there is nothing to show, or the family knows no such form."""
    if not context.neighbors or not family.file:
        return ""
    files = (family.file.format(path=each.path, text=each.text) for each in context.neighbors)
    return (
        family.repository.format(name=_REPOSITORY)
        + "".join(files)
        + family.current.format(path=context.path)
    )
