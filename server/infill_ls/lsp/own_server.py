"""What the user's own server says of itself: recalled at the start, asked once for all settings that name it.

Imports what it needs where a server is named: most starts do without.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from infill_ls.provider.kind import kind_in_force
from infill_ls.settings.provider_settings import ProviderSettings
from infill_ls.settings.schema import Settings

if TYPE_CHECKING:
    from infill_ls.workspace.known_servers import KnownServers


class OwnServer:
    """What is known of the server that the settings name, whichever that is."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._said: ProviderSettings | None = None
        self._learned: ProviderSettings | None = None
        self._asked: ProviderSettings | None = None
        """The settings for which the server was asked last."""

    def filled(self, said: ProviderSettings) -> ProviderSettings:
        """The settings with what the server says, or has said before, where the user left that open."""
        if kind_in_force(said, self._environ) == "local":
            return said
        if self._learned is None or self._said != said:
            from infill_ls.adopt import recalled

            self._said, self._learned = said, recalled(said, self._environ, self._known())
        return self._learned

    async def news(self, said: ProviderSettings, in_effect: Settings) -> bool:
        """Ask the server, once; gives whether ``filled`` now says something that is worth a new engine."""
        if said == self._asked or kind_in_force(said, self._environ) == "local":
            return False
        from infill_ls.adopt import discovered, makes_a_difference

        self._asked = said
        learned, is_all = await discovered(said, self._environ, self._known())
        if not is_all and self._asked == said:
            self._asked = None  # it may have more to say later
        if learned is None or self._said != said or not makes_a_difference(in_effect, learned):
            return False
        self._learned = learned
        return True

    def _known(self) -> KnownServers:
        from infill_ls.workspace.known_servers import KnownServers

        return KnownServers()
