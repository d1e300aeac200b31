"""Services' own codes and words, and the HTTP status that each stands for."""

from __future__ import annotations

import re

CODES_THAT_OUTRANK_THE_STATUS = {402, 404}
"""Billing comes with 400, 403 or 429, and an unknown model with 400: what the code says is the truer word."""

_STATUS_OF_CODE = {
    "invalid_api_key": 401,
    "invalidapikey": 401,
    "accessdenied": 403,
    "access_denied": 403,
    "model.accessdenied": 403,
    "workspace.accessdenied": 403,
    "arrearage": 402,
    "allocationquota.freetieronly": 402,
    "commoditynotpurchased": 402,
    "prepaidbilloverdue": 402,
    "postpaidbilloverdue": 402,
    "budgetlimitexceeded": 402,
    "modelnotfound": 404,
    "model_not_found": 404,
    "model_not_supported": 404,
    "workspacenotfound": 404,
    "invalidparameter": 400,
    "invalid_parameter_error": 400,
    "invalid_request_error": 400,
    "datainspectionfailed": 400,
    "data_inspection_failed": 400,
    "throttling": 429,
    "limit_requests": 429,
    "limit_burst_rate": 429,
    "insufficient_quota": 429,
    "rate_limit_exceeded": 429,
    "requesttimeout": 504,
    "gatewaytimeout": 504,
}
"""Services' own codes; a longer code such as ``Throttling.RateQuota`` falls back to what stands before its dot."""

_STATUS_OF_MESSAGE = (
    (
        re.compile(
            r"invalid model name passed|model '[^']*' not found|model name is missing",
            re.IGNORECASE,
        ),
        404,
    ),
    (re.compile(r"no connected db|no api key passed in", re.IGNORECASE), 401),
)
"""What gateways and routers say under the status of another fault: LiteLLM, llama.cpp's router."""


def status_of(code: str) -> int:
    """The HTTP status that a code stands for; 0 where the code is not known."""
    plain = code.lower()
    if len(plain) == 3 and plain.isdecimal() and 400 <= int(plain) < 600:
        return int(plain)
    return _STATUS_OF_CODE.get(plain) or _STATUS_OF_CODE.get(plain.partition(".")[0], 0)


def true_status(status: int, message: str) -> int:
    """The status that the message tells of, where the one it came with is another fault's."""
    return next((said for pattern, said in _STATUS_OF_MESSAGE if pattern.search(message)), status)
