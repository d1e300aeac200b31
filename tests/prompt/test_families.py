"""Families: which a model's name tells, and how each spells the prompt."""

from __future__ import annotations

import string

import pytest

from infill_ls.privacy.neutralise import neutralise
from infill_ls.prompt.build import build
from infill_ls.prompt.families import NAMES, family_of, named
from infill_ls.prompt.family_rows import FAMILIES
from infill_ls.records import Context, Neighbor
from infill_ls.settings.resolve import keys

NAMED = {
    "qwen-coder": [
        *("qwen2.5-coder:7b", "qwen2.5-coder:1.5b-base", "Qwen/Qwen2.5-Coder-32B-Instruct-GPTQ-Int8"),
        *("/models/qwen2.5-coder-1.5b-q8_0.gguf", "bartowski/Qwen2.5-Coder-7B-GGUF", "qwen3-coder:30b"),
        *("unsloth/Qwen3-Coder-30B-A3B-Instruct-GGUF:Q4_K_M", "Qwen/Qwen3-Coder-Next", "qwen-coder-turbo-0919"),
        *("Qwen2.5.1-Coder-7B-Instruct", r"C:\models\Qwen2.5-Coder-3B.Q4_K_M.gguf", "hf.co/me/qwen25-coder-ft:latest"),
    ],
    "qwen": [*("qwen3:8b", "Qwen/Qwen3.5-27B", "qwen3.6:35b-a3b", "qwen2.5:7b-instruct", "Qwen3-8B-Q4_K_M.gguf")],
    "starcoder2": ["starcoder2:3b", "bigcode/starcoder2-15b", "second-state/StarCoder2-7B-GGUF"],
    "starcoder": [
        *("starcoder:1b", "bigcode/starcoderbase-3b", "granite-code:8b-base", "ibm-granite/granite-8b-code-base-4k"),
        *("ibm-granite/granite-3.3-8b-base", "refact:1.6b"),
    ],
    "stable-code": ["stable-code:3b-code", "stabilityai/stable-code-3b", "codeqwen:7b-code", "Qwen/CodeQwen1.5-7B"],
    "granite4": ["granite4:3b", "ibm-granite/granite-4.0-h-tiny", "granite-4.0-micro"],
    "codellama": ["codellama:7b-code", "codellama/CodeLlama-13b-hf", "TheBloke/CodeLlama-7B-GGUF"],
    "deepseek": [
        *("deepseek-coder:6.7b-base", "deepseek-ai/DeepSeek-Coder-V2-Lite-Base", "deepseek-coder-v2:16b"),
        *("deepseek-ai/deepseek-coder-1.3b-base", "deepseek-v4-flash", "deepseek-ai/DeepSeek-V3.2"),
    ],
    "codestral": ["codestral:22b", "mistralai/Codestral-22B-v0.1", "codestral-latest", "codestral-2508"],
    "codegemma": ["codegemma:2b", "google/codegemma-7b", "codegemma:7b-code"],
    "seed-coder": ["ByteDance-Seed/Seed-Coder-8B-Base", "seed-coder-8b-base.Q8_0.gguf"],
    "mellum": ["JetBrains/Mellum-4b-base", "mellum-4b-sft-python", "JetBrains/Mellum-4b-sft-all-gguf"],
    "glm": ["glm-4.5-air", "zai-org/GLM-4.6", "codegeex4:9b", "THUDM/codegeex4-all-9b"],
    "none": [
        *("llama3.2:3b", "meta-llama/Llama-3.1-8B-Instruct", "gpt-oss:20b", "gemma3:4b", "google/gemma-3-27b-it"),
        *("phi4:14b", "phi-4-mini", "devstral:24b", "SmolLM2-135M-Instruct", "mistral:7b", "mixtral:8x7b"),
        *("deepseek-r1:8b", "DeepSeek-R1-Distill-Qwen-7B", "qwq:32b", "codellama:7b-instruct", "codellama:34b-code"),
        *("codellama:7b-python", "google/codegemma-7b-it", "zed-industries/zeta-2", "mistralai/mamba-codestral-7B"),
        *("JetBrains/Mellum2-12b-instruct", "starcoder2:15b-instruct", "Seed-Coder-8B-Instruct", "tinyllama:1.1b"),
    ],
}


@pytest.mark.parametrize(("family", "model"), [(family, name) for family, names in NAMED.items() for name in names])
def test_a_real_name_tells_the_family(family, model):
    """Of hubs, of engines' tags, of files."""
    found = family_of(model)
    assert found is not None
    assert found.name == family


@pytest.mark.parametrize("model", ["", "my-model", "own-coder", "tiny.gguf", "default", "ft-2026-11", "/models/a"])
def test_a_name_that_says_nothing_is_nobodys(model):
    assert family_of(model) is None


def test_a_folder_counts_less_than_the_file():
    found = family_of("/models/llama3/starcoder2-3b.gguf")
    assert found is not None
    assert found.name == "starcoder2"


def test_each_row_can_be_named_by_the_setting():
    assert set(keys()["provider.family"].metadata["choices"]) == {"auto", *NAMES}
    assert all(named(name).name == name for name in NAMES)


P, S = "def f():\n    ", "\n\nf()\n"
SPELLED = {
    "qwen-coder": f"<|fim_prefix|>{P}<|fim_suffix|>{S}<|fim_middle|>",
    "qwen": f"<|fim_prefix|>{P}<|fim_suffix|>{S}<|fim_middle|>",
    "starcoder2": f"<fim_prefix>{P}<fim_suffix>{S}<fim_middle>",
    "starcoder": f"<fim_prefix>{P}<fim_suffix>{S}<fim_middle>",
    "stable-code": f"<fim_prefix>{P}<fim_suffix>{S}<fim_middle>",
    "granite4": f"<|fim_prefix|>{P}<|fim_suffix|>{S}<|fim_middle|>",
    "codellama": f"<PRE> {P} <SUF>{S} <MID>",
    "deepseek": f"<\uff5cfim\u2581begin\uff5c>{P}<\uff5cfim\u2581hole\uff5c>{S}<\uff5cfim\u2581end\uff5c>",
    "codestral": f"[SUFFIX]{S}[PREFIX]{P}",
    "codegemma": f"<|fim_prefix|>{P}<|fim_suffix|>{S}<|fim_middle|>",
    "seed-coder": f"<[fim-suffix]>{S}<[fim-prefix]>{P}<[fim-middle]>",
    "mellum": f"<fim_suffix>{S}<fim_prefix>{P}<fim_middle>",
    "glm": f"<|code_prefix|>{P}<|code_suffix|>{S}<|code_middle|>",
}
FILES = {
    "qwen-coder": "<|repo_name|>project\n<|file_sep|>b.py\nB = 1\n<|file_sep|>a.py\n",
    "starcoder2": "<repo_name>project<file_sep>b.py\nB = 1\n<file_sep>a.py\n",
    "starcoder": "<reponame>project<filename>b.py\nB = 1\n<filename>a.py\n",
    "deepseek": "#b.py\nB = 1\n#a.py\n",
    "codestral": "+++++ b.py\nB = 1\n+++++ a.py\n",
    "codegemma": "<|file_separator|>b.py\nB = 1\n<|file_separator|>a.py\n",
    "mellum": "<filename>b.py\nB = 1\n<filename>a.py\n",
}
BEFORE_THE_PREFIX = {"codestral": f"[SUFFIX]{S}[PREFIX]"}
"""Where the other files do not come first of all."""


@pytest.mark.parametrize("family", SPELLED)
def test_each_family_has_its_own_spelling(family):
    context = Context(P, S, "a.py", "python")
    text = build(context, "fim", named(family), max_tokens=9).text
    assert text == SPELLED[family]


@pytest.mark.parametrize("family", sorted(SPELLED.keys() - {"qwen"}))
def test_other_files_come_as_each_family_has_them_or_as_comments(family):
    other = build(Context(P, S, "a.py", "python", (Neighbor("b.py", "B = 1"),)), "fim", named(family), max_tokens=9)
    head = BEFORE_THE_PREFIX.get(family, "")
    spelled = SPELLED[family].removeprefix(head)
    whole = head + FILES[family] + spelled if family in FILES else SPELLED[family].replace(P, f"# b.py:\n# B = 1\n{P}")
    assert other.text == whole


@pytest.mark.parametrize("family", [name for name in SPELLED if "qwen" not in name])
def test_where_nothing_follows_the_suffix_is_empty(family):
    text = build(Context(P, "\n", "a.py", "python"), "fim", named(family), max_tokens=9).text
    assert text == SPELLED[family].replace(S, "")


@pytest.mark.parametrize("family", FAMILIES, ids=NAMES)
def test_what_the_prompt_is_made_of_is_broken_in_the_users_text(family):
    """All of its tokens: else a file about models would end the prompt early."""
    form = "".join(part for part, *_ in string.Formatter().parse(family.middle + family.prefix_only))
    spelled = [token for token in family.control_tokens if token in form]
    text = neutralise(" ".join(family.control_tokens), family.control_tokens)

    assert family.tier == "none" or len(spelled) >= 2
    assert not [token for token in family.control_tokens if token in text]
    assert not family.vocabulary or family.vocabulary in family.control_tokens


@pytest.mark.parametrize("family", FAMILIES, ids=NAMES)
def test_stops_are_different(family):
    assert len(set(family.stop)) == len(family.stop) >= 3
