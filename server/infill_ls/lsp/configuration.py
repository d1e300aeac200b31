"""The workspace's configuration: pulled where the client can be asked, pushed where it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lsprotocol import types

from infill_ls.lsp.session import Session

SECTION = "infill-ls"


async def initialized(session: Session, _params: Any) -> None:
    """The client is ready: warm up, index, ask for the configuration."""
    session.status.announce()
    session.warm()
    session.project.read_folders(session.project.folders)
    if session.client.configuration_registration:
        registration = types.Registration(
            id="configuration",
            method=types.WORKSPACE_DID_CHANGE_CONFIGURATION,
            register_options={"section": SECTION},
        )
        session.protocol.send_request(
            types.CLIENT_REGISTER_CAPABILITY, types.RegistrationParams(registrations=[registration])
        )
    if session.assembly.settings.usage.daily_tokens is not None:
        session.background.start(session.ledger.load())
    await _pull(session)


async def changed(session: Session, params: types.DidChangeConfigurationParams) -> None:
    """Some client sends the settings along, others want to be asked."""
    if session.client.configuration:
        await _pull(session)
        return
    settings = params.settings
    section = settings.get(SECTION) if isinstance(settings, Mapping) else None
    if isinstance(section, Mapping):  # else the news is of somebody else's settings
        await session.configure(section)


async def _pull(session: Session) -> None:
    if not session.client.configuration:
        return
    items = [types.ConfigurationItem(section=SECTION)]
    answer = await session.protocol.send_request_async(
        types.WORKSPACE_CONFIGURATION, types.ConfigurationParams(items=items)
    )
    section = answer[0] if isinstance(answer, list) and answer else None
    await session.configure(section if isinstance(section, Mapping) else None)
