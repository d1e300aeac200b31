"""What an editor tells of files on the disk: what was written, deleted or renamed. Not every editor tells."""

from __future__ import annotations

from lsprotocol import types

from infill_ls.lsp.session import Session


async def changed(session: Session, params: types.DidChangeWatchedFilesParams) -> None:
    """By anybody, where the editor watches."""
    await session.look([change.uri for change in params.changes])


async def deleted(session: Session, params: types.DeleteFilesParams) -> None:
    """By the editor's own hand."""
    await session.look([file.uri for file in params.files])


async def renamed(session: Session, params: types.RenameFilesParams) -> None:
    """By the editor's own hand."""
    await session.look([file.old_uri for file in params.files])
