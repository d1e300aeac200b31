"""Which project a model may look things up in: the folder of the workspace that a document lies in, and no other."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infill_ls.engine.gate import is_switched_off
from infill_ls.engine.opened import Opened
from infill_ls.messages import ToolCall
from infill_ls.records import Snapshot
from infill_ls.settings.schema import Settings
from infill_ls.workspace.files import Files
from infill_ls.workspace.related_files import RelatedFiles
from infill_ls.workspace.watching import is_below

if TYPE_CHECKING:
    from infill_ls.tools.project import Project


@dataclass(frozen=True, slots=True)
class Projects:
    """The folders of a workspace, as far as a model may see them."""

    related: RelatedFiles
    files: Files
    settings: Settings
    opened: Opened | None = None
    """The open documents, where there are any."""

    def around(self, snapshot: Snapshot) -> Project | None:
        """The project of a document; None for one that lies in no folder of the workspace."""
        folders = [each for each in self.files.folders if is_below(snapshot.path or "", [each])]
        if not folders:
            return None
        from infill_ls.tools.project import Project  # which few requests need

        privacy = self.settings.privacy
        return Project(
            max(folders, key=len),
            self.related,
            self._is_off,
            self._is_hidden,
            self.settings.local,
            privacy.exclude,
            privacy.redact,
        )

    def as_edited(self, project: Project, calls: Iterable[ToolCall]) -> Project:
        """The project in which the files that calls look into stand as the editor has them."""
        if self.opened is None:
            return project
        from infill_ls.tools.run import arguments_of, looks_everywhere  # as above

        texts: dict[str, str] = {}
        for call in calls:
            if looks_everywhere(call):
                texts = self.opened.below(project.root)
                break
            named = (arguments_of(call) or {}).get("path")
            if isinstance(named, str):
                path = os.path.normpath(os.path.join(project.root, named))  # noqa: PTH118  # as paths are everywhere
                text = self.opened.at(path)
                if text is not None:
                    texts[path] = text
        return replace(project, opened=texts)

    def _is_hidden(self, path: str) -> bool:
        return self._is_off(path) or self.files.is_private(path)

    def _is_off(self, path: str) -> bool:
        return is_switched_off(path, self.settings)
