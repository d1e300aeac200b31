"""Model families as rows of data: how each spells a fill-in-the-middle prompt. Holds no names of single models."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """One family's spelling. Templates are filled by ``str.format``, which never looks inside what it fills in."""

    name: str
    patterns: tuple[str, ...]
    """Parts of a lower-case model name by which a member is known."""
    middle: str
    """The prompt with text on both sides of the cursor: ``{prefix}``, ``{suffix}``."""
    prefix_only: str
    """The prompt where nothing follows the cursor: ``{prefix}``."""
    repository: str
    """Opens a prompt that shows other files: ``{name}``."""
    file: str
    """One other file: ``{path}``, ``{text}``."""
    current: str
    """Stands between the other files and the text around the cursor: ``{path}``."""
    control_tokens: tuple[str, ...]
    """Strings that the tokenizer takes for commands; in user text they are to be neutralised."""
    stop: tuple[str, ...]
    """Strings that end an answer, most telling first."""


_CHAT_TOKENS = (
    *("<think>", "</think>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"),
    *("<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>", "<|box_end|>", "<|quad_start|>", "<|quad_end|>"),
    *("<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>"),
    *("<|vision_bos|>", "<|vision_eos|>", "<|IMAGE|>", "<|VIDEO|>", "<|AUDIO|>", "<|audio_bos|>", "<|audio_eos|>"),
    *("<|audio_start|>", "<|audio_end|>", "<|audio_pad|>"),
    *("<tts_pad>", "<tts_text_bos>", "<tts_text_eod>", "<tts_text_bos_single>"),
)
"""What Qwen's models for chats, pictures and sound have beside; no answer to a completion ends with one."""

QWEN = Family(
    name="qwen",
    patterns=("qwen",),
    middle="<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>",
    prefix_only="<|fim_prefix|>{prefix}<|fim_suffix|>",
    repository="<|repo_name|>{name}\n",
    file="<|file_sep|>{path}\n{text}\n",
    current="<|file_sep|>{path}\n",
    control_tokens=(
        "<|fim_prefix|>",
        "<|fim_suffix|>",
        "<|fim_middle|>",
        "<|fim_pad|>",
        "<|repo_name|>",
        "<|file_sep|>",
        "<|endoftext|>",
        "<|im_start|>",
        "<|im_end|>",
        *_CHAT_TOKENS,
    ),
    # A wire sends the first four: the two ends of text, and what a model that does not stop goes on with.
    stop=(
        "<|endoftext|>",
        "<|im_end|>",
        "<|file_sep|>",
        "<|fim_pad|>",
        "<|repo_name|>",
        "<|fim_prefix|>",
        "<|fim_suffix|>",
        "<|fim_middle|>",
        "<|im_start|>",
    ),
)

FAMILIES = (QWEN,)


def family_of(model: str) -> Family:
    """The row for a model name; Qwen's where no row knows it, since its spelling is the most widely understood."""
    name = model.lower()
    for family in FAMILIES:
        if any(pattern in name for pattern in family.patterns):
            return family
    return QWEN
