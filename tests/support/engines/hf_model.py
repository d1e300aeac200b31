"""Writes a tiny Qwen2 in Hugging Face's form: bytes for a vocabulary, Qwen's tokens, and one answer, said by heart.

For engines that do not read llama.cpp's files. After the token for the middle it says what it was made for, and ends.
"""

from __future__ import annotations

import json
import struct
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from support.engines.llama_model import CONTROL, byte_symbols

if TYPE_CHECKING:
    from pathlib import Path

_LAYERS, _WIDTH, _HEADS, _FEED, _CONTEXT = 2, 128, 2, 256, 4096


def write_hf_model(folder: Path, says: str) -> None:
    """Write all files of the model; the characters of what it says are all different."""
    folder.mkdir(parents=True)
    vocabulary = [*byte_symbols(), *CONTROL]
    ids = {token: number for number, token in enumerate(vocabulary)}
    tokens = [ids["<|fim_middle|>"], *says.encode(), ids["<|endoftext|>"]]
    files = {
        "config.json": _config(len(vocabulary), ids["<|endoftext|>"]),
        "generation_config.json": {"eos_token_id": ids["<|endoftext|>"]},
        "tokenizer.json": _tokenizer(ids),
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "eos_token": "<|endoftext|>",
            "model_max_length": _CONTEXT,
        },
    }
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    (folder / "model.safetensors").write_bytes(_safetensors(_tensors(len(vocabulary), tokens)))


def _config(vocabulary: int, end: int) -> dict[str, object]:
    return {
        "architectures": ["Qwen2ForCausalLM"],
        "model_type": "qwen2",
        "hidden_size": _WIDTH,
        "intermediate_size": _FEED,
        "num_hidden_layers": _LAYERS,
        "num_attention_heads": _HEADS,
        "num_key_value_heads": _HEADS,
        "vocab_size": vocabulary,
        "max_position_embeddings": _CONTEXT,
        "rms_norm_eps": 1e-6,
        "rope_theta": 1e6,
        "hidden_act": "silu",
        "tie_word_embeddings": False,
        "torch_dtype": "float32",
        "bos_token_id": end,
        "eos_token_id": end,
    }


def _tokenizer(ids: dict[str, int]) -> dict[str, object]:
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": ids[token], "content": token, **plain} for token in CONTROL],
        "normalizer": None,
        "pre_tokenizer": byte_level,
        "post_processor": None,
        "decoder": byte_level,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "vocab": {token: number for token, number in ids.items() if token not in CONTROL},
            "merges": [],
        },
    }


def _tensors(vocabulary: int, tokens: list[int]) -> dict[str, np.ndarray]:
    """Each token follows from the one before: nothing is added to it on the way."""
    embeddings = np.random.default_rng(1).normal(0, 1, (vocabulary, _WIDTH)).astype(np.float32)
    follows = np.zeros_like(embeddings)
    for before, after in pairwise(tokens):
        follows[after] += 5 * embeddings[before] / np.linalg.norm(embeddings[before])
    ones, square = np.ones(_WIDTH, np.float32), np.zeros((_WIDTH, _WIDTH), np.float32)
    tensors = {"model.embed_tokens.weight": embeddings, "model.norm.weight": ones, "lm_head.weight": follows}
    for layer in range(_LAYERS):
        block = f"model.layers.{layer}"
        tensors |= {f"{block}.input_layernorm.weight": ones, f"{block}.post_attention_layernorm.weight": ones}
        tensors |= {f"{block}.self_attn.{part}_proj.weight": square for part in "qkvo"}
        tensors |= {f"{block}.self_attn.{part}_proj.bias": square[0] for part in "qkv"}
        tensors |= {f"{block}.mlp.{part}_proj.weight": np.zeros((_FEED, _WIDTH), np.float32) for part in ("gate", "up")}
        tensors[f"{block}.mlp.down_proj.weight"] = np.zeros((_WIDTH, _FEED), np.float32)
    return tensors


def _safetensors(tensors: dict[str, np.ndarray]) -> bytes:
    """The length of a header, the header as JSON, and the numbers one tensor after the other."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    data = bytearray()
    for name, tensor in tensors.items():
        raw = np.ascontiguousarray(tensor).tobytes()
        header[name] = {
            "dtype": "F32",
            "shape": list(tensor.shape),
            "data_offsets": [len(data), len(data) + len(raw)],
        }
        data += raw
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    return struct.pack("<Q", len(head)) + head + bytes(data)
