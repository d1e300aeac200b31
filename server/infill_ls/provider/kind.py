"""Which kind of server the settings mean, and whose key. Light: it is asked before anything that asks is imported."""

from __future__ import annotations

from collections.abc import Mapping

from infill_ls.settings.provider_settings import ProviderSettings

MODEL_STUDIO_KEY = "DASHSCOPE_API_KEY"


def kind_in_force(settings: ProviderSettings, environ: Mapping[str, str]) -> str:
    """The kind that ``auto`` stands for: the server of ``base_url``, else Model Studio where a key is found."""
    if settings.kind != "auto":
        return settings.kind
    if settings.base_url:
        from infill_ls.settings.services import by_address

        return by_address(settings.base_url).kind
    has_key = (
        environ.get(settings.api_key_env or MODEL_STUDIO_KEY, "").strip()
        or settings.api_key_command
    )
    return "model-studio" if has_key else "local"
