"""The models that Model Studio's pages name, row by row, as the pages describe them; looks nothing up.

What a page does not say stays at its default. Series that the pages name as a whole are rows with a pattern.
"""

from __future__ import annotations

from dataclasses import replace

from infill_ls.prompt.catalogue_model import Model, Thinking

FIM_REGION = "beijing"
"""The only region whose endpoint offers FIM completions."""
ALL_REGIONS = ("beijing", "singapore", "virginia", "hongkong", "frankfurt", "tokyo")


def _coder_open(*names: str) -> tuple[Model, ...]:
    return tuple(
        Model(name, partial=True, regions=ALL_REGIONS, open_weights=True) for name in names
    )


def _fim_open(*names: str) -> tuple[Model, ...]:
    return tuple(replace(each, fim=True) for each in _coder_open(*names))


def _coder(*names: str) -> tuple[Model, ...]:
    return tuple(
        Model(name, partial=True, context_cache=True, context=1_000_000, regions=ALL_REGIONS)
        for name in names
    )


def _qwen35_open(*names: str) -> tuple[Model, ...]:
    return tuple(
        Model(
            name,
            partial=True,
            thinking="hybrid-on",
            thinking_budget=True,
            multimodal=True,
            open_weights=True,
        )
        for name in names
    )


def _qwen3_open(*names: str, pattern: str = "") -> tuple[Model, ...]:
    return tuple(
        Model(
            name,
            pattern,
            partial=True,
            thinking="hybrid-on",
            thinking_budget=True,
            no_think_suffix="/no_think",
            open_weights=True,
        )
        for name in names
    )


def _others(
    thinking: Thinking, *names: str, budget: bool = False, preserve: bool = False
) -> tuple[Model, ...]:
    """Models of other makers, of which the pages tell only how they think."""
    said = Model("", thinking=thinking, thinking_budget=budget, preserve_thinking=preserve)
    return tuple(replace(said, name=name, open_weights=True) for name in names)


_CODERS = (
    Model("qwen-coder-turbo", fim=True, partial=True, regions=ALL_REGIONS),
    *_fim_open(
        *(f"qwen2.5-coder-{size}b-instruct" for size in ("0.5", "1.5", "3", "7", "14", "32"))
    ),
    *_coder("qwen3-coder-plus", "qwen3-coder-flash"),
    *_coder_open("qwen3-coder-480b-a35b-instruct", "qwen3-coder-30b-a3b-instruct"),
)

_QWEN37 = (
    # By the pages' own native example this generation is asked under the text path, unlike the two before it.
    Model("qwen3.7-max", thinking="hybrid-on", thinking_budget=True, preserve_thinking=True),
    Model("qwen3.7-max-preview", thinking="only", thinking_budget=True, preserve_thinking=True),
    Model("qwen3.7-max-2026-05-17", thinking="only", thinking_budget=True, preserve_thinking=True),
    Model(
        "qwen3.7-plus",
        thinking="hybrid-on",
        thinking_budget=True,
        preserve_thinking=True,
        regions=("singapore",),
    ),
)

_QWEN36 = (
    Model(
        "qwen3.6-max-preview",
        thinking="hybrid-on",
        thinking_budget=True,
        preserve_thinking=True,
        multimodal=True,
    ),
    Model(
        "qwen3.6-plus",
        partial=True,
        thinking="hybrid-on",
        thinking_budget=True,
        preserve_thinking=True,
        multimodal=True,
        regions=("singapore",),
    ),
    Model("qwen3.6-flash", thinking="hybrid-on", thinking_budget=True, multimodal=True),
    # Listed among the hybrid models of its generation, without a word of its own.
    Model(
        "qwen3.6-35b-a3b",
        thinking="hybrid-on",
        thinking_budget=True,
        multimodal=True,
        open_weights=True,
    ),
)

_QWEN35 = (
    Model(
        "qwen3.5-plus",
        partial=True,
        partial_since="2026-02-15",
        thinking="hybrid-on",
        thinking_budget=True,
        multimodal=True,
    ),
    Model(
        "qwen3.5-flash",
        partial=True,
        partial_since="2026-02-23",
        thinking="hybrid-on",
        thinking_budget=True,
        multimodal=True,
    ),
    *_qwen35_open("qwen3.5-397b-a17b", "qwen3.5-122b-a10b", "qwen3.5-27b", "qwen3.5-35b-a3b"),
)

_QWEN3 = (
    Model(
        "qwen3-max",
        partial=True,
        partial_since="2025-09-23",
        thinking="hybrid-off",
        thinking_since="2026-01-23",
        thinking_budget=True,
    ),
    Model("qwen3-max-preview", partial=True, thinking="hybrid-off", thinking_budget=True),
    Model("qwen-max", partial=True, partial_since="2025-01-25", batch=True),
    Model(
        "qwen-plus",
        partial=True,
        partial_since="2025-01-25",
        thinking="hybrid-off",
        thinking_since="2025-04-28",
        thinking_budget=True,
        batch=True,
        regions=("beijing", "singapore", "virginia"),
    ),
    Model(
        "qwen-flash",
        partial=True,
        partial_since="2025-07-28",
        thinking="hybrid-off",
        thinking_since="2025-07-28",
        thinking_budget=True,
        batch=True,
    ),
    Model(
        "qwen-turbo",
        partial=True,
        partial_since="2024-11-01",
        thinking="hybrid-off",
        thinking_budget=True,
        batch=True,
    ),
    Model("qwen3-omni-flash", thinking="hybrid-off", thinking_budget=True),
    *_qwen3_open("qwen3-235b-a22b", "qwen3-32b", "qwen3-30b-a3b", "qwen3-14b", "qwen3-8b"),
    Model("qwen3-next-80b-a3b-thinking", thinking="only", thinking_budget=True, open_weights=True),
    Model(
        "qwen3-235b-a22b-thinking-2507", thinking="only", thinking_budget=True, open_weights=True
    ),
    Model("qwen3-30b-a3b-thinking-2507", thinking="only", thinking_budget=True, open_weights=True),
)

_VISION = (
    Model(
        "qwen3-vl-plus",
        partial=True,
        partial_since="2025-09-23",
        thinking="hybrid-off",
        thinking_budget=True,
        vision=True,
        multimodal=True,
        regions=("singapore",),
    ),
    Model(
        "qwen3-vl-flash",
        partial=True,
        partial_since="2025-10-15",
        thinking="hybrid-off",
        thinking_budget=True,
        vision=True,
        multimodal=True,
    ),
    Model("qwen-vl-max", partial=True, partial_since="2025-04-08", vision=True, multimodal=True),
    Model("qwen-vl-plus", partial=True, partial_since="2025-01-25", vision=True, multimodal=True),
)

_OTHERS = (
    *_others("hybrid-off", "deepseek-v4-pro", "deepseek-v4-flash"),
    *_others("hybrid-off", "deepseek-v3.2", "deepseek-v3.2-exp", "deepseek-v3.1"),
    *_others("hybrid-off", "siliconflow/deepseek-v3.2", "siliconflow/deepseek-v3.1-terminus"),
    *_others("hybrid-off", "vanchin/deepseek-v3.2-think", "vanchin/deepseek-v3.1-terminus"),
    *_others("only", "deepseek-r1", "siliconflow/deepseek-r1-0528", "vanchin/deepseek-r1"),
    *_others("hybrid-on", "glm-5.1", "glm-5", "glm-4.7", "glm-4.6", "glm-4.5", "glm-4.5-air"),
    *_others("hybrid-off", "kimi-k2.6", budget=True, preserve=True),
    *_others("hybrid-off", "kimi-k2.5", budget=True),
    *_others("only", "kimi-k2.7-code", budget=True, preserve=True),
    *_others("only", "kimi-k2-thinking", budget=True),
    *_others("hybrid-on", "kimi/kimi-k2.6", budget=True, preserve=True),
    *_others("hybrid-on", "kimi/kimi-k2.5", budget=True),
    *_others("only", "kimi/kimi-k2.7-code-highspeed", budget=True, preserve=True),
    *_others("only", "kimi/kimi-k2.7-code", budget=True, preserve=True),
    *_others("only", "MiniMax-M2.5", "MiniMax-M2.1"),
)

_QWEN25_TEXT = r"qwen2\.5-[\d.]+b-instruct(?:-1m)?"
_SIZE = r"[\d.]+b(?:-a[\d.]+b)?"

_SERIES = (
    Model("Qwen2.5 text models", _QWEN25_TEXT, partial=True, open_weights=True),
    *_qwen3_open("Qwen3 open models", pattern=rf"qwen3-{_SIZE}"),
    Model(
        "Qwen3 open -instruct models",
        rf"qwen3-(?:next-)?{_SIZE}-instruct",
        partial=True,
        open_weights=True,
    ),
    Model(
        "Qwen3 open -thinking models",
        rf"qwen3-(?:next-)?{_SIZE}-thinking",
        thinking="only",
        thinking_budget=True,
        open_weights=True,
    ),
    Model(
        "Qwen3-VL open -instruct models",
        rf"qwen3-vl-{_SIZE}-instruct",
        partial=True,
        vision=True,
        multimodal=True,
        open_weights=True,
    ),
    Model(
        "Qwen3-VL open -thinking models",
        rf"qwen3-vl-{_SIZE}-thinking",
        thinking="only",
        thinking_budget=True,
        vision=True,
        multimodal=True,
        open_weights=True,
    ),
    Model("QwQ", r"qwq(?:-[a-z0-9]+)?", thinking="only", stream_only=True, open_weights=True),
    Model(
        "QVQ",
        r"qvq(?:-[a-z0-9]+)*",
        thinking="only",
        vision=True,
        multimodal=True,
        stream_only=True,
    ),
    Model(
        "DeepSeek-R1 distilled models",
        r"deepseek-r1-distill-[a-z0-9.-]+",
        thinking="only",
        open_weights=True,
    ),
)

MODELS: tuple[Model, ...] = (
    *_CODERS,
    *_QWEN37,
    *_QWEN36,
    *_QWEN35,
    *_QWEN3,
    *_VISION,
    Model("qwq-plus", thinking="only", stream_only=True),
    *_OTHERS,
    *_SERIES,
)
