"""Which kind of provider the settings mean. Light: it is asked before anything that asks a model is imported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from infill_ls.settings.schema import ProviderSettings

Kind = Literal["local", "openai", "model-studio"]

MODEL_STUDIO_KEY = "DASHSCOPE_API_KEY"

_KINDS: dict[str, Kind] = {"local": "local", "openai": "openai", "model-studio": "model-studio"}


def kind_in_force(settings: ProviderSettings, environ: Mapping[str, str]) -> Kind:
    """The kind that ``auto`` stands for: the server of ``base_url``, else Model Studio where a key is found."""
    if settings.kind in _KINDS:
        return _KINDS[settings.kind]
    if settings.base_url:
        from infill_ls.provider.address import is_model_studio

        return "model-studio" if is_model_studio(settings.base_url) else "openai"
    has_key = environ.get(settings.api_key_env or MODEL_STUDIO_KEY, "").strip() or settings.api_key_command
    return "model-studio" if has_key else "local"
