"""What is asked, where, and with which headers; settled by the settings. Sends nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from infill_ls.provider.address import Address
from infill_ls.provider.base import NOBODY, News
from infill_ls.provider.error_map import Target
from infill_ls.provider.wire import Wire
from infill_ls.records import Prompt
from infill_ls.settings.provider_settings import ProviderSettings


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What is asked, where and how; all of it settled by the settings."""

    address: Address
    wire: Wire
    target: Target
    settings: ProviderSettings = field(repr=False)
    """Its headers and proxy may hold secrets."""
    most_characters: int | None = None
    """Longest prompt, where the model's window is known."""
    news: News = NOBODY

    def headers(self, key: str | None, **more: str) -> dict[str, str]:
        """What a request is sent with; the key only where one is given."""
        headers = {"content-type": "application/json", **more}
        if self.target.service.routed and self.settings.session not in ("auto", "off"):
            headers["x-session-id"] = self.settings.session
        if key is not None:
            headers["authorization"] = f"Bearer {key}"
        # The user's own win, in whatever case they are written.
        return headers | {name.lower(): value for name, value in self.settings.headers}

    def urgency(self, prompt: Prompt) -> dict[str, str]:
        """The header by which an engine that several people share lets those who wait go first."""
        name = self.target.service.priority
        return {name: "0" if prompt.explicit else "20" if prompt.ahead else "10"} if name else {}
