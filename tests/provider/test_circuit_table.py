"""Each error that Model Studio documents: its outcome, the user's sentence, and the calls that a minute of typing makes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infill_ls.errors import ProviderError
from infill_ls.provider.circuit import Limited
from infill_ls.provider.error_map import Target, inside, refusal
from infill_ls.records import Context, Prompt
from support.engine.fakes import FakeClock, ScriptedProvider

STUDIO = Target("studio.example", "/chat/completions", "qwen-x", "partial", "the environment variable K", "singapore")
PROMPT = Prompt("partial", Context("a", "", "a.py", "python"))


def nested(code, message):
    """As the compatible mode says it."""
    return {"error": {"message": message, "type": "t", "param": None, "code": code}, "request_id": "1"}


def flat(code, message):
    """As the native protocol says it, and at times the compatible mode."""
    return {"code": code, "message": message, "request_id": "1"}


SHAPES = {"nested": nested, "flat": flat}

SETTLED = [0]
DOUBLING = [0, 1, 3, 7, 15, 31]
PATIENT = [0, 0.2, 0.4, 4.4, 12.4, 28.4, 58.4]
BURST = [0, 5, 15, 35]

BAD_PARAMETER = "<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be [1, 8192]"

# Status, codes, message; outcome, what the sentence names, seconds at which a call is made.
TABLE = {
    "a bad parameter": (400, ["InvalidParameter", "invalid_parameter_error"], BAD_PARAMETER, "bad_request", ["Range of max_tokens"], PATIENT),
    "inspection": (400, ["DataInspectionFailed", "data_inspection_failed"], "inappropriate", "bad_request", [], PATIENT),
    "overdue": (400, ["Arrearage"], "not in good standing", "auth", ["billing", "console"], SETTLED),
    "overdue, as 403": (403, ["Arrearage"], "not in good standing", "auth", ["billing", "console"], SETTLED),
    "a wrong key": (401, ["InvalidApiKey", "invalid_api_key"], "Incorrect API key", "auth", ["studio.example", "singapore", "beijing", "virginia", "variable K"], SETTLED),
    "a workspace of somebody else's": (401, ["NOT AUTHORIZED"], "no", "auth", ["studio.example"], SETTLED),
    "not purchased": (403, ["AccessDenied", "AccessDenied.Unpurchased", "access_denied"], "denied", "auth", ["activation"], SETTLED),
    "no access to the model": (403, ["Model.AccessDenied", "Workspace.AccessDenied"], "denied", "auth", ["activation"], SETTLED),
    "the free quota is used up": (403, ["AllocationQuota.FreeTierOnly"], "free tier", "auth", ["quota", "console"], SETTLED),
    "an unknown model": (404, ["ModelNotFound", "model_not_found"], "no such model", "not_found", ["qwen-x", "provider.model"], SETTLED),
    "a model of the other protocol": (404, ["model_not_supported"], "Unsupported model", "not_found", ["qwen-x"], SETTLED),
    "an unknown workspace": (404, ["WorkSpaceNotFound"], "no such workspace", "not_found", ["no such workspace"], SETTLED),
    "too many requests": (429, ["Throttling", "Throttling.RateQuota", "limit_requests", "Throttling.Concurrency"], "slow down", "rate_limited", ["studio.example", "limits requests"], DOUBLING),
    "too sudden": (429, ["Throttling.BurstRate", "limit_burst_rate"], "increased too quickly", "rate_limited", ["studio.example", "came too quickly"], BURST),
    "a quota of some kind": (429, ["Throttling.AllocationQuota", "insufficient_quota"], "exceeded", "rate_limited", ["studio.example", "quota"], DOUBLING),
    "billing, as 429": (429, ["CommodityNotPurchased", "PrepaidBillOverdue", "PostpaidBillOverdue", "BudgetLimitExceeded"], "pay", "auth", ["billing", "console"], SETTLED),
    "it fails": (500, ["InternalError", "internal_error", "InternalError.Algo", "SystemError", "ModelServiceFailed", "RequestTimeOut"], "oh", "unreachable", ["studio.example", "500"], DOUBLING),
    "it is not there": (503, ["ServiceUnavailable", "ModelUnavailable"], "later", "unreachable", ["studio.example", "503"], DOUBLING),
    "its gateway waits no longer": (504, ["GatewayTimeout"], "late", "timeout", ["studio.example", "504"], PATIENT),
}  # fmt: skip
ROWS = [
    pytest.param(status, shape(code, message), *wanted, id=f"{name}: {status} {code}, {form}")
    for name, (status, codes, message, *wanted) in TABLE.items()
    for code in codes
    for form, shape in SHAPES.items()
]


async def type_for_a_minute(error):
    """What is said to five requests a second, and the seconds at which one reaches the service."""
    clock = FakeClock()
    service = ScriptedProvider(default=[error])
    provider = Limited(service, clock.now, lambda: 0.0)
    said, made = [], []
    for tick in range(300):
        before = service.calls
        with pytest.raises(ProviderError) as raised:
            _ = [chunk async for chunk in provider.stream(replace(PROMPT, text=str(tick)))]
        said.append(raised.value)
        made += [tick / 5] * (service.calls - before)
        clock.pass_by(0.2)
    return said, made


@pytest.mark.parametrize(("status", "body", "outcome", "names", "calls"), ROWS)
async def test_a_minute_of_typing(status, body, outcome, names, calls):
    """The same outcome and the same sentence 300 times, which is told once, and few calls."""
    said, made = await type_for_a_minute(refusal(status, body, STUDIO))

    (sentence,) = {str(error) for error in said}
    assert {error.outcome for error in said} == {outcome}
    assert [name for name in names if name not in sentence] == []
    assert made == pytest.approx(calls, abs=0.21)


IN_AN_ANSWER = {
    "throttled": ("Throttling.RateQuota", "rate_limited", DOUBLING),
    "too sudden": ("Throttling.BurstRate", "rate_limited", BURST),
    "billing": ("PostpaidBillOverdue", "auth", SETTLED),
    "it fails": ("InternalError", "unreachable", DOUBLING),
    "a bad parameter": ("InvalidParameter", "bad_request", PATIENT),
}


@pytest.mark.parametrize(("code", "outcome", "calls"), IN_AN_ANSWER.values(), ids=IN_AN_ANSWER.keys())
async def test_errors_with_status_200(code, outcome, calls):
    """An answer whose body or event is an error counts like any other error."""
    said, made = await type_for_a_minute(inside(flat(code, "why"), STUDIO))

    assert {error.outcome for error in said} == {outcome}
    assert made == pytest.approx(calls, abs=0.21)


RETRY_AFTER = {
    "longer than the pause": (20, [0, 20, 40]),
    "shorter than the pause": (2, [0, 2, 4, 8, 16, 32]),
    "longer than the minute": (90, [0]),
}


@pytest.mark.parametrize(("seconds", "calls"), RETRY_AFTER.values(), ids=RETRY_AFTER.keys())
@pytest.mark.parametrize("status", [429, 500, 503])
async def test_what_a_service_asks_for_is_kept(status, seconds, calls):
    _, made = await type_for_a_minute(refusal(status, None, STUDIO, retry_after_s=seconds))

    assert made == pytest.approx(calls, abs=0.21)
