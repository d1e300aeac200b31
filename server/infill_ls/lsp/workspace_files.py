"""What an editor tells of files on the disk: what was written, deleted or renamed. Not every editor tells."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from infill_ls.lsp.documents import path_of
from infill_ls.lsp.session import Session


async def changed(session: Session, params: types.DidChangeWatchedFilesParams) -> None:
    """By anybody, where the editor watches."""
    await session.project.look([change.uri for change in params.changes])


async def deleted(session: Session, params: types.DeleteFilesParams) -> None:
    """By the editor's own hand."""
    await session.project.look([file.uri for file in params.files])


async def renamed(session: Session, params: types.RenameFilesParams) -> None:
    """By the editor's own hand."""
    await session.project.look([file.old_uri for file in params.files])


def folders_after(
    folders: Sequence[str], params: types.DidChangeWorkspaceFoldersParams
) -> tuple[str, ...]:
    """The workspace's folders as paths after some came and others went."""
    gone = {path_of(folder.uri) for folder in params.event.removed}
    come = [path for folder in params.event.added if (path := path_of(folder.uri))]
    return tuple(dict.fromkeys([folder for folder in folders if folder not in gone] + come))
