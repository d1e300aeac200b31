"""What services say when they refuse: the class of error, and what its sentence names."""

from __future__ import annotations

import json
from email.utils import formatdate
from time import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.errors import (
    BadRequest,
    BurstLimited,
    ModelNotFound,
    QuotaLimited,
    RateLimited,
    ServiceFailed,
    TimedOut,
    Unauthorized,
    Unsupported,
    WrongAddress,
)
from infill_ls.provider.error_map import Target, inside, refusal
from infill_ls.provider.retry_after import retry_after

OWN = Target("h:8000", "/completions", "my-model", "fim", "the environment variable INFILL_LS_API_KEY")
STUDIO = Target("ds.example", "/chat/completions", "qwen-x", "partial", "the environment variable K", "singapore")


def nested(code, message="why"):
    return {"error": {"message": message, "type": "t", "param": None, "code": code}, "id": "1"}


def flat(code, message="why"):
    return {"code": code, "message": message, "request_id": "1"}


CHAT_ONLY = "This is a chat model and not supported in the v1/completions endpoint."

REFUSALS = {
    "401 of a region": (401, nested("invalid_api_key"), STUDIO, Unauthorized, ["ds.example", "variable K", "singapore", "beijing", "virginia"]),
    "401 elsewhere": (401, None, OWN, Unauthorized, ["h:8000", "INFILL_LS_API_KEY", "provider.api_key_env"]),
    "403": (403, flat("AccessDenied.Unpurchased"), STUDIO, Unauthorized, ["403", "activation"]),
    "overdue, as 400": (400, nested("Arrearage"), STUDIO, Unauthorized, ["billing"]),
    "free quota, as 403": (403, flat("AllocationQuota.FreeTierOnly"), STUDIO, Unauthorized, ["billing"]),
    "bill overdue, as 429": (429, flat("PostpaidBillOverdue"), STUDIO, Unauthorized, ["billing"]),
    "proxy login": (407, None, OWN, Unauthorized, ["provider.proxy"]),
    "unknown model": (404, nested("model_not_found"), STUDIO, ModelNotFound, ["qwen-x", "provider.model"]),
    "unknown model, by its message": (404, {"error": "model 'x' not found"}, OWN, ModelNotFound, ["my-model"]),
    "unknown model, as 400": (400, flat("ModelNotFound"), STUDIO, ModelNotFound, ["qwen-x"]),
    "unknown path": (404, {"detail": "Not Found"}, OWN, ModelNotFound, ["/completions", "provider.base_url", '"partial"']),
    "400": (400, nested("invalid_parameter_error", "Range of max_tokens"), STUDIO, BadRequest, ["Range of max_tokens"]),
    "400 without a word": (400, None, OWN, BadRequest, ["no reason"]),
    "422 of FastAPI": (422, {"detail": [{"msg": "field required", "input": "secret code"}]}, OWN, BadRequest, ["field required"]),
    "too large": (413, None, OWN, BadRequest, ["413"]),
    "chat-only model": (400, nested(None, CHAT_ONLY), OWN, Unsupported, ['"partial"']),
    "no chat template": (400, flat(400, "default chat template is no longer allowed"), STUDIO, Unsupported, ['"fim"']),
    "501": (501, None, OWN, Unsupported, ["my-model", '"partial"']),
    "405": (405, None, OWN, Unsupported, ['"partial"']),
    "429": (429, nested("limit_requests"), STUDIO, RateLimited, ["limits requests"]),
    "429 burst": (429, flat("Throttling.BurstRate"), STUDIO, BurstLimited, ["too quickly"]),
    "429 burst, compatible": (429, nested("limit_burst_rate"), STUDIO, BurstLimited, ["too quickly"]),
    "429 quota": (429, flat("Throttling.AllocationQuota"), STUDIO, QuotaLimited, ["quota"]),
    "429 quota, compatible": (429, nested("insufficient_quota"), STUDIO, QuotaLimited, ["quota"]),
    "429 rate, which is no quota": (429, flat("Throttling.RateQuota"), STUDIO, RateLimited, ["limits requests"]),
    "500": (500, nested("internal_error"), STUDIO, ServiceFailed, ["500", "why"]),
    "503 loading": (503, {"error": {"code": 503, "message": "Loading model"}}, OWN, ServiceFailed, ["Loading model"]),
    "504": (504, None, OWN, TimedOut, ["504"]),
    "redirect": (308, None, OWN, WrongAddress, ["another address", "provider.base_url"]),
    "odd status": (299, None, OWN, ServiceFailed, ["299"]),
}  # fmt: skip


@pytest.mark.parametrize(("status", "payload", "target", "kind", "names"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_refusal_names_its_cause_and_remedy(status, payload, target, kind, names):
    error = refusal(status, payload, target)

    assert type(error) is kind
    for name in names:
        assert name in str(error)
    assert "\n" not in str(error)
    assert "secret code" not in str(error)


INSIDE = {
    "nested": (nested("invalid_api_key"), Unauthorized),
    "flat, HTTP 200": (flat("InvalidParameter"), BadRequest),
    "throttled": (flat("Throttling.RateQuota"), RateLimited),
    "numeric code": ({"error": {"code": 404, "message": "no model"}}, ModelNotFound),
    "numeric string": (flat("429"), RateLimited),
    "unknown code": (flat("Surprise"), ServiceFailed),
    "bare string": ({"error": "out of memory"}, ServiceFailed),
    "time": (flat("RequestTimeOut"), TimedOut),
}


@pytest.mark.parametrize(("payload", "kind"), INSIDE.values(), ids=INSIDE.keys())
def test_an_error_inside_an_answer_is_found(payload, kind):
    assert type(inside(payload, STUDIO)) is kind


@pytest.mark.parametrize(
    "payload",
    [
        {"choices": []},
        {"choices": [{"text": "a"}], "code": "x"},
        {"error": None, "choices": []},
        {},
        {"code": ""},
        {"code": None},
    ],
    ids=json.dumps,
)
def test_a_good_payload_holds_no_error(payload):
    assert inside(payload, STUDIO) is None


def test_of_a_long_message_the_first_line_is_quoted_in_part():
    error = refusal(400, flat("x", "a" * 300 + "\ndef secret(): ..."), OWN)

    assert "It says: “" + "a" * 100 in str(error)
    assert len(str(error)) < 300
    assert "secret" not in str(error)


@given(st.integers(0, 400), st.sampled_from([400, 401, 403, 404, 429, 500]))
def test_no_part_of_a_key_is_repeated(before, status):
    """Wherever a long message is cut."""
    key = "sk-" + "0123456789" * 5
    error = refusal(status, flat("x", f"{'a' * before} {key} {'b' * 300}"), OWN, secrets=[key])

    assert not any(key[start : start + 6] in str(error) for start in range(len(key) - 5))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "-1"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": formatdate(time() - 60, usegmt=True)}, 0.0),
        # Made when the tests are collected, which may be minutes before this one runs.
        ({"retry-after": formatdate(time() + 6000, usegmt=True)}, pytest.approx(6000, abs=900)),
    ],
)
def test_the_pause_asked_for_is_read_in_all_its_forms(headers, seconds):
    assert retry_after(headers) == seconds
