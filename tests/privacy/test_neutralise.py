"""Control tokens in user text lose their power and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.privacy.neutralise import neutralise

QWEN = (
    *("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>"),
    *("<|endoftext|>", "<|im_start|>", "<|im_end|>"),
)
DEEPSEEK = ("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>")
CODESTRAL = ("[PREFIX]", "[SUFFIX]", "[MIDDLE]", "<s>", "</s>")


def check(text, tokens, neutral):
    assert neutralise(text, tokens) == neutral
    assert neutralise(neutral, tokens) == neutral


@pytest.mark.parametrize(
    ("text", "tokens", "neutral"),
    [
        pytest.param("x = 1", QWEN, "x = 1", id="no token"),
        pytest.param("", QWEN, "", id="no text"),
        pytest.param("if a < b | c > d: <|fim|>", QWEN, "if a < b | c > d: <|fim|>", id="nearly a token"),
        pytest.param('P = "<|fim_prefix|>"', QWEN, 'P = "< |fim_prefix|>"', id="one token"),
        pytest.param("<|im_end|><|im_end|>", QWEN, "< |im_end|>< |im_end|>", id="two in a row"),
        pytest.param("<|fim_<|fim_pad|>pad|>", QWEN, "<|fim_< |fim_pad|>pad|>", id="one within another's halves"),
        pytest.param("<<|im_end|>>", QWEN, "<< |im_end|>>", id="in brackets"),
        pytest.param("<|FIM_PREFIX|>", QWEN, "<|FIM_PREFIX|>", id="another case is no token"),
        pytest.param("a<｜fim▁hole｜>b", DEEPSEEK, "a< ｜fim▁hole｜>b", id="wide characters"),
        pytest.param("[SUFFIX]x</s>", CODESTRAL, "[ SUFFIX]x< /s>", id="two kinds of start"),
        pytest.param("ababa", ("aba", "bab"), "a b a ba", id="tokens that overlap"),
        pytest.param("a. b", ("a.", "a ."), "a_. b", id="the space would make a token"),
        pytest.param("a.*b", ("a.*b",), "a .*b", id="no regular expression"),
        pytest.param("x<|im_end|>", (), "x<|im_end|>", id="no tokens"),
        pytest.param("x", ("", "x"), "x", id="what cannot be broken"),
    ],
)
def test_neutralise(text, tokens, neutral):
    """A space goes in after the first character of each token; a second time changes nothing."""
    check(text, tokens, neutral)


pieces = st.sampled_from(
    [*QWEN, *DEEPSEEK, *CODESTRAL, "<", "|", "<|", "|>", "fim_prefix", "im_end", "[", "]", " ", "s>", "a"]
)


@given(st.lists(pieces, max_size=12).map("".join), st.sampled_from([QWEN, DEEPSEEK, CODESTRAL]))
def test_no_token_is_left(text, tokens):
    """Nothing is left, nothing but blanks is added, nothing is deleted, and it is done once."""
    neutral = neutralise(text, tokens)
    assert not any(token in neutral for token in tokens)
    assert neutral.replace(" ", "") == text.replace(" ", "")
    assert len(neutral) - len(text) == sum(text.startswith(tokens, at) for at in range(len(text)))
    assert neutralise(neutral, tokens) == neutral


@given(
    st.text(st.sampled_from("abc "), max_size=12),
    st.lists(st.text(st.sampled_from("abc "), min_size=2, max_size=4), max_size=5),
)
def test_tokens_of_any_kind_are_broken(text, tokens):
    """Also where tokens overlap, hold blanks or begin within each other."""
    neutral = neutralise(text, tuple(tokens))
    assert not any(token in neutral for token in tokens)


@given(st.lists(pieces, max_size=8).map("".join), st.lists(pieces, max_size=8).map("".join))
def test_a_prompt_holds_each_token_once(prefix, suffix):
    """Halves of a token at the border to the prompt's own tokens stay harmless."""
    prompt = f"<|fim_prefix|>{neutralise(prefix, QWEN)}<|fim_suffix|>{neutralise(suffix, QWEN)}<|fim_middle|>"
    assert [prompt.count(token) for token in QWEN] == [1, 1, 1, 0, 0, 0, 0, 0, 0]
