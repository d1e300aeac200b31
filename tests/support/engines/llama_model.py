"""Writes a tiny model file with random weights, byte-level vocabulary and Qwen's FIM tokens.

llama.cpp loads it in a fraction of a second. It is good for wires, streaming, cancellation and the prompt cache; the
text that it makes is noise in ASCII, and it never ends by itself: no control token ever comes out of it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import gguf
import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

_LAYERS, _WIDTH, _HEADS, _FEED, _CONTEXT = 2, 64, 2, 128, 16384
CONTROL = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|fim_prefix|>",
    "<|fim_middle|>",
    "<|fim_suffix|>",
    "<|fim_pad|>",
    "<|repo_name|>",
    "<|file_sep|>",
)
_FIM_ROLES = {
    "pre": "<|fim_prefix|>",
    "suf": "<|fim_suffix|>",
    "mid": "<|fim_middle|>",
    "pad": "<|fim_pad|>",
    "rep": "<|repo_name|>",
    "sep": "<|file_sep|>",
}
_CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def write_tiny_model(path: Path, seed: int = 1, says: str = "") -> None:
    """Write the model; the same seed gives the same weights.

    One that ``says`` something, in characters that are all different, says that after the token for the middle, and ends.
    """
    writer = gguf.GGUFWriter(path, "qwen2")
    writer.add_name("tiny-random")
    writer.add_context_length(_CONTEXT)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(_LAYERS)
    writer.add_feed_forward_length(_FEED)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_HEADS)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1e6)
    vocabulary = [*byte_symbols(), "ĠĠ", *CONTROL]
    _add_tokenizer(writer, vocabulary)
    for name, shape in _shapes(len(vocabulary)).items():
        weights = _weights(name, shape, seed)
        writer.add_tensor(name, _reciting(name, weights, vocabulary, says, seed) if says else weights)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_tokenizer(writer: gguf.GGUFWriter, vocabulary: list[str]) -> None:
    ids = {token: number for number, token in enumerate(vocabulary)}
    kinds = [gguf.TokenType.CONTROL if token in CONTROL else gguf.TokenType.NORMAL for token in vocabulary]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(vocabulary)
    writer.add_token_types(kinds)
    # The format asks for merges; one of two blanks is enough.
    writer.add_token_merges(["Ġ Ġ"])
    writer.add_bos_token_id(ids["<|endoftext|>"])
    writer.add_eos_token_id(ids["<|endoftext|>"])
    writer.add_add_bos_token(value=False)
    for role, token in _FIM_ROLES.items():
        writer.add_uint32(f"tokenizer.ggml.fim_{role}_token_id", ids[token])
    writer.add_chat_template(_CHAT_TEMPLATE)


def byte_symbols() -> list[str]:
    """One printable character for each byte, as byte-level vocabularies write them."""
    printable = {*range(33, 127), *range(161, 173), *range(174, 256)}
    stand_ins = iter(range(256, 512))
    return [chr(byte if byte in printable else next(stand_ins)) for byte in range(256)]


def _shapes(vocabulary: int) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {
        "token_embd.weight": (vocabulary, _WIDTH),
        "output_norm.weight": (_WIDTH,),
        "output.weight": (vocabulary, _WIDTH),
    }
    for layer in range(_LAYERS):
        block = f"blk.{layer}"
        shapes |= {f"{block}.attn_norm.weight": (_WIDTH,), f"{block}.ffn_norm.weight": (_WIDTH,)}
        for part in "qkv":
            shapes |= {f"{block}.attn_{part}.weight": (_WIDTH, _WIDTH), f"{block}.attn_{part}.bias": (_WIDTH,)}
        shapes |= {
            f"{block}.attn_output.weight": (_WIDTH, _WIDTH),
            f"{block}.ffn_gate.weight": (_FEED, _WIDTH),
            f"{block}.ffn_up.weight": (_FEED, _WIDTH),
            f"{block}.ffn_down.weight": (_WIDTH, _FEED),
        }
    return shapes


def _reciting(  # what a tensor depends on
    name: str, weights: np.ndarray[Any, Any], vocabulary: list[str], says: str, seed: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Weights by which each token follows from the one before: nothing is added to it on the way."""
    embeddings = np.random.default_rng(seed).normal(0, 1, (len(vocabulary), _WIDTH)).astype(np.float32)
    if name == "token_embd.weight":
        return embeddings
    if name.endswith(("attn_output.weight", "ffn_down.weight")):
        return np.zeros_like(weights)
    if name != "output.weight":
        return weights
    tokens = [vocabulary.index("<|fim_middle|>"), *says.encode(), vocabulary.index("<|endoftext|>")]
    follows = np.zeros_like(weights)
    for before, after in pairwise(tokens):
        follows[after] += 5 * embeddings[before] / np.linalg.norm(embeddings[before])
    return follows


def _weights(name: str, shape: tuple[int, ...], seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    if "norm" in name:
        return np.ones(shape, np.float32)
    # A generator per tensor, so that the weights do not depend on the order of the tensors.
    generator = np.random.default_rng([seed, *name.encode()])
    weights = generator.normal(0, 0.2, shape).astype(np.float32)
    # The first number of the inner state is always positive: every token brings it in, nothing changes it, and on the
    # way out it speaks against the control tokens, and against bytes that alone are no character.
    if name == "token_embd.weight":
        weights[:, 0] = 1
    elif name.endswith(("attn_output.weight", "ffn_down.weight")):
        weights[0] = 0
    elif name == "output.weight":
        weights[:, 0] = 0
        weights[-len(CONTROL) :, 0] = -1000
        weights[128:256, 0] = -1000
    return weights
