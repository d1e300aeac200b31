"""The table of model families: a row each, whose columns ``family.py`` explains. Data only; no single models."""

from __future__ import annotations

from dataclasses import replace

from infill_ls.prompt.family import Family

_CHAT_TOKENS = (
    *("<think>", "</think>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"),
    *("<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>", "<|box_end|>"),
    *("<|quad_start|>", "<|quad_end|>"),
    *("<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>"),
    *("<|vision_bos|>", "<|vision_eos|>", "<|IMAGE|>", "<|VIDEO|>", "<|AUDIO|>", "<|audio_bos|>"),
    "<|audio_eos|>",
    *("<|audio_start|>", "<|audio_end|>", "<|audio_pad|>"),
    *("<tts_pad>", "<tts_text_bos>", "<tts_text_eod>", "<tts_text_bos_single>"),
)
"""What Qwen's models for chats, pictures and sound have beside; no answer to a completion ends with one."""

QWEN = Family(
    name="qwen-coder",
    patterns=(r"qwen[-_ ]?[\dp.]*[-_ ]?coder",),
    middle="{files}<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>",
    prefix_only="{files}<|fim_prefix|>{prefix}<|fim_suffix|>",
    repository="<|repo_name|>{name}\n",
    file="<|file_sep|>{path}\n{text}\n",
    current="<|file_sep|>{path}\n",
    control_tokens=(
        *("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|fim_pad|>", "<|repo_name|>"),
        *("<|file_sep|>", "<|endoftext|>", "<|im_start|>", "<|im_end|>"),
        *_CHAT_TOKENS,
    ),
    # A wire sends the first four: the two ends of text, and what a model that does not stop goes on with.
    stop=(
        *("<|endoftext|>", "<|im_end|>", "<|file_sep|>", "<|fim_pad|>", "<|repo_name|>"),
        *("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|im_start|>"),
    ),
    vocabulary="<|fim_middle|>",
)

_NO_FIM = Family(
    name="none",
    tier="none",
    patterns=(
        *(r"-r1\b", r"r1-distill", r"qwq", r"qvq", r"\bzeta", r"instinct", r"mellum[-_]?2"),
        r"mamba[-_]codestral",
        *(r"codellama.*(?:34b|70b|python|instruct)", r"codegemma.*(?:-it\b|instruct)"),
        *(r"starchat", r"devstral"),
        *(
            r"starcoder2.*instruct",
            r"seed[-_]coder.*(?:instruct|reasoning)",
            r"deepseek[-_](?:llm|math|prover|vl|ocr)",
        ),
        *(r"(?<!code)llama[-_ ]?[1-4]", r"gpt[-_]", r"(?<!code)gemma", r"\bphi[-_]?\d"),
        *(r"smollm", r"\byi[-_]"),
        *(r"\bmi[sx]tral", r"ministral", r"magistral", r"claude", r"gemini", r"kimi", r"minimax"),
        r"command[-_]r",
        *(r"vicuna", r"hermes", r"wizard", r"nemotron", r"olmo", r"falcon", r"exaone"),
        *(r"tinyllama", r"\blfm"),
    ),
    control_tokens=(
        *QWEN.control_tokens,
        *("<|eot_id|>", "<|start_header_id|>", "<|end_header_id|>", "<end_of_turn>"),
    ),
    stop=(*QWEN.stop, "<|eot_id|>", "<end_of_turn>"),
)
"""Chat models. Their own tokens differ; what most of them have is broken in the user's text and ends an answer."""

_QWEN_GENERAL = replace(QWEN, name="qwen", tier="some", patterns=(r"qwen",), vocabulary="")
"""Every Qwen has the tokens; those that are no coders think or chat about them as often as not."""

_STARCODER_TOKENS = ("<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<fim_pad>", "<|endoftext|>")
_STARCODER2 = Family(
    name="starcoder2",
    patterns=(r"starcoder[-_:]?2",),
    middle="{files}<fim_prefix>{prefix}<fim_suffix>{suffix}<fim_middle>",
    repository="<repo_name>{name}",
    file="<file_sep>{path}\n{text}\n",
    current="<file_sep>{path}\n",
    control_tokens=(
        *_STARCODER_TOKENS,
        *("<repo_name>", "<file_sep>", "<issue_start>", "<jupyter_start>"),
    ),
    stop=(
        *("<|endoftext|>", "<file_sep>", "<fim_prefix>", "<repo_name>", "<fim_suffix>"),
        *("<fim_middle>", "<fim_pad>"),
    ),
    vocabulary="<fim_middle>",
)
_STARCODER = replace(
    _STARCODER2,
    name="starcoder",
    patterns=(r"starcoder", r"granite.*code", r"granite[-_ ]?(?:code|3\.3)", r"refact"),
    repository="<reponame>{name}",
    file="<filename>{path}\n{text}\n",
    current="<filename>{path}\n",
    control_tokens=(*_STARCODER_TOKENS, "<reponame>", "<filename>", "<gh_stars>"),
    stop=(
        *("<|endoftext|>", "<filename>", "<fim_prefix>", "<reponame>", "<fim_suffix>"),
        *("<fim_middle>", "<fim_pad>"),
    ),
    vocabulary="",
)
_STABLE_CODE = replace(
    _STARCODER2,
    name="stable-code",
    patterns=(r"stable[-_]?code", r"codeqwen"),
    repository="",
    file="",
    current="",
    control_tokens=_STARCODER_TOKENS,
    stop=("<|endoftext|>", "<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<fim_pad>"),
    vocabulary="",
)
_GRANITE4 = replace(
    QWEN,
    name="granite4",
    patterns=(r"granite[-_ ]?4",),
    prefix_only="",
    repository="",
    file="",
    current="",
    control_tokens=(
        *QWEN.control_tokens,
        *("<|end_of_text|>", "<|start_of_role|>", "<|end_of_role|>"),
    ),
    stop=("<|end_of_text|>", "<|fim_pad|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"),
    vocabulary="",
)
_CODELLAMA = Family(
    name="codellama",
    patterns=(r"code[-_]?llama",),
    # The spaces are its tokenizer's.
    middle="<PRE> {prefix} <SUF>{suffix} <MID>",
    control_tokens=("<PRE>", "<SUF>", "<MID>", "<EOT>", "</s>"),
    stop=("<EOT>", "</s>", "<PRE>", "<SUF>", "<MID>"),
    vocabulary="<MID>",
)
_DEEPSEEK = Family(
    name="deepseek",
    patterns=(r"deepseek",),
    middle="{files}<｜fim▁begin｜>{prefix}<｜fim▁hole｜>{suffix}<｜fim▁end｜>",  # noqa: RUF001  # its own bars
    file="#{path}\n{text}\n",
    current="#{path}\n",
    control_tokens=(
        *("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),  # noqa: RUF001  # as above
        *("<｜end▁of▁sentence｜>", "<｜begin▁of▁sentence｜>", "<|EOT|>"),  # noqa: RUF001  # as above
        *("<｜User｜>", "<｜Assistant｜>"),  # noqa: RUF001  # as above
    ),
    stop=(
        *("<｜end▁of▁sentence｜>", "<｜fim▁begin｜>"),  # noqa: RUF001  # as above
        *("<｜fim▁hole｜>", "<｜fim▁end｜>", "<|EOT|>"),  # noqa: RUF001  # as above
    ),
    vocabulary="<｜fim▁end｜>",  # noqa: RUF001  # as above
)
_CODESTRAL = Family(
    name="codestral",
    patterns=(r"codestral",),
    middle="[SUFFIX]{suffix}[PREFIX]{files}{prefix}",
    file="+++++ {path}\n{text}\n",
    current="+++++ {path}\n",
    control_tokens=("[PREFIX]", "[SUFFIX]", "[MIDDLE]", "[INST]", "[/INST]", "</s>"),
    stop=("[PREFIX]", "[SUFFIX]", "</s>", "[MIDDLE]"),
    vocabulary="[PREFIX]",
)
_CODEGEMMA = replace(
    QWEN,
    name="codegemma",
    patterns=(r"code[-_]?gemma",),
    prefix_only="",
    repository="",
    file="<|file_separator|>{path}\n{text}\n",
    current="<|file_separator|>{path}\n",
    control_tokens=(
        *("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|file_separator|>"),
        *("<eos>", "<bos>", "<start_of_turn>", "<end_of_turn>"),
    ),
    stop=(
        *("<|file_separator|>", "<eos>", "<end_of_turn>", "<|fim_prefix|>", "<|fim_suffix|>"),
        "<|fim_middle|>",
    ),
    vocabulary="",
)
_SEED_CODER = Family(
    name="seed-coder",
    patterns=(r"seed[-_]?coder",),
    middle="<[fim-suffix]>{suffix}<[fim-prefix]>{prefix}<[fim-middle]>",
    control_tokens=(
        *("<[fim-suffix]>", "<[fim-prefix]>", "<[fim-middle]>", "<[end▁of▁sentence]>"),
        "<[begin▁of▁sentence]>",
        *("<[PAD▁TOKEN]>", "<[SEP▁TOKEN]>"),
    ),
    stop=("<[end▁of▁sentence]>", "<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>"),
    vocabulary="<[fim-middle]>",
)
_MELLUM = Family(
    name="mellum",
    patterns=(r"mellum",),
    middle="{files}<fim_suffix>{suffix}<fim_prefix>{prefix}<fim_middle>",
    file="<filename>{path}\n{text}\n",
    current="<filename>{path}\n",
    control_tokens=(*_STARCODER_TOKENS, "<filename>", "<reponame>"),
    stop=(
        *("<filename>", "<|endoftext|>", "<fim_prefix>", "<fim_suffix>", "<fim_middle>"),
        "<fim_pad>",
    ),
)
_GLM = Family(
    name="glm",
    patterns=(r"\bglm[-_]?4", r"codegeex"),
    tier="some",
    middle="<|code_prefix|>{prefix}<|code_suffix|>{suffix}<|code_middle|>",
    control_tokens=(
        *("<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>", "<|endoftext|>", "<|user|>"),
        "<|assistant|>",
        *("<|system|>", "<|observation|>"),
    ),
    stop=(
        *("<|endoftext|>", "<|user|>", "<|assistant|>", "<|code_prefix|>", "<|code_suffix|>"),
        "<|code_middle|>",
    ),
    vocabulary="<|code_middle|>",
)

FAMILIES = (
    *(_NO_FIM, QWEN, _STARCODER2, _STARCODER, _STABLE_CODE, _GRANITE4, _CODELLAMA, _DEEPSEEK),
    _CODESTRAL,
    *(_CODEGEMMA, _SEED_CODER, _MELLUM, _GLM, _QWEN_GENERAL),
)
"""In the order in which names are looked at: what is no member of a family comes before it."""
