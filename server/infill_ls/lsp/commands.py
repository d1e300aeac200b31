"""workspace/executeCommand: what a person may ask of the server besides completions."""

from __future__ import annotations

import asyncio
import dataclasses
import inspect
from collections.abc import Callable
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from infill_ls.accounting.trace import as_sentence
from infill_ls.lsp.next_edit import apply_all
from infill_ls.lsp.session import Session


async def execute(session: Session, params: types.ExecuteCommandParams) -> Any:
    """The command's result.

    Raises:
        JsonRpcInvalidParams: no such command, or wrong arguments; the message says which.
    """
    command = _COMMANDS.get(params.command)
    if command is None:
        raise JsonRpcInvalidParams(
            f"{params.command} is not a command; the commands are {', '.join(_COMMANDS)}"
        )
    result = command(session, list(params.arguments or ()))
    return await result if inspect.isawaitable(result) else result


def _accept(session: Session, arguments: list[Any]) -> None:
    """``[request id]``: a suggestion was accepted. Idempotent, and no client has to say it."""
    if arguments:
        session.acceptance.accepted(str(arguments[0]))


def _deep(session: Session, _arguments: list[Any]) -> None:
    """The next explicit request may look things up in the project."""
    session.deep.want()


def _why(session: Session, arguments: list[Any]) -> list[dict[str, Any]]:
    """``[uri]``: how the document's last requests ended, newest first."""
    known = session.assembly.knowledge()
    return [
        {**record, "sentence": f"{record['sentence']} {known[:1].upper()}{known[1:]}."}
        if record["outcome"] == "empty" and record["source"] == "local"
        else record
        for record in session.trace.why(_uri(arguments))
    ]


_LOOK_AROUND_S = 1.0
"""Seconds that somebody who looks at a prompt gives to finding what it is to show of other files."""


async def _prompt(session: Session, arguments: list[Any]) -> dict[str, Any]:
    """``[uri, {line, character}]``: what would be sent for this place; ``unsent`` says why, where nothing would be."""
    position = arguments[1] if len(arguments) > 1 else None
    try:
        place = types.Position(position["line"], position["character"])  # type: ignore[index]  # checked by the except
    except (TypeError, KeyError, ValueError) as error:
        raise JsonRpcInvalidParams("infill-ls.prompt takes a URI and a position") from error
    question = session.question(types.TextDocumentIdentifier(_uri(arguments)), place)
    if question is None:
        return {
            "unsent": "Suggestions are switched off."
            if not session.enabled
            else "This document is not open."
        }
    engine, snapshot = session.assembly.engine, question.snapshot
    await engine.look_around(snapshot, _LOOK_AROUND_S)
    shown = engine.shown_prompt(snapshot)
    refusal = await engine.refusal_of(snapshot)
    if refusal is not None:
        return shown | {"unsent": as_sentence(refusal)}
    is_sent = shown["text"] or shown["messages"]
    return shown | {
        "unsent": None
        if is_sent
        else "The embedded engine answers from your own code, on this machine."
    }


def _toggle(session: Session, arguments: list[Any]) -> bool:
    """``[on?]``: switch completions on or off; gives the new state."""
    session.enabled = bool(arguments[0]) if arguments else not session.enabled
    session.status.switched(on=session.enabled)
    return session.enabled


async def _usage(session: Session, _arguments: list[Any]) -> list[dict[str, Any]]:
    """What was used, an entry for each model and day."""
    await session.ledger.flush()
    return [dataclasses.asdict(entry) for entry in await asyncio.to_thread(session.ledger.entries)]


async def _doctor(session: Session, _arguments: list[Any]) -> list[dict[str, Any]]:
    """What is wrong with settings, address, key or model, by one live completion of nobody's code."""
    from infill_ls.doctor.check import Check
    from infill_ls.doctor.examine import examine  # seldom asked for

    checks = await examine(session.launch)
    if session.assembly.related is not None:
        checks.append(
            Check(
                "project", ok=True, sentence=f"for prompts, {session.assembly.related.knowledge()}"
            )
        )
    return [dataclasses.asdict(check) for check in checks]


async def _setup(session: Session, arguments: list[Any]) -> dict[str, Any]:
    """``[{write, address}]``: the engines on this machine, and what is proposed, or written and tried out."""
    from infill_ls.setup import set_up  # seldom asked for

    wanted = arguments[0] if arguments and isinstance(arguments[0], dict) else {}
    address = wanted.get("address")
    found = await set_up(
        session.launch,
        address if isinstance(address, str) and address else None,
        write=wanted.get("write") is True,
    )
    return found.as_json()


def _clear(session: Session, _arguments: list[Any]) -> None:
    """Forget cached answers."""
    session.assembly.engine.forget()


def _reject(session: Session, arguments: list[Any]) -> None:
    """``[id, reason]``: a next edit is not wanted. One that something else took the place of was not rejected."""
    reason = arguments[1] if len(arguments) > 1 else "rejected"
    if arguments and reason == "rejected":
        session.next_edits.dismiss(str(arguments[0]))
    elif arguments and reason == "ignored":
        session.next_edits.pass_over(str(arguments[0]))


def _uri(arguments: list[Any]) -> str:
    if not arguments or not isinstance(arguments[0], str):
        raise JsonRpcInvalidParams("the first argument must be the document's URI")
    return arguments[0]


_COMMANDS: dict[str, Callable[[Session, list[Any]], Any]] = {
    "infill-ls.accept": _accept,
    "infill-ls.deep": _deep,
    "infill-ls.why": _why,
    "infill-ls.prompt": _prompt,
    "infill-ls.toggle": _toggle,
    "infill-ls.usage": _usage,
    "infill-ls.doctor": _doctor,
    "infill-ls.setup": _setup,
    "infill-ls.clear": _clear,
    "infill-ls.reject": _reject,
    "infill-ls.applyAll": apply_all,
}
