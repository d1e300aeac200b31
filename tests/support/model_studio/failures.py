"""The service's errors by name, as its page of error codes words them; plain data."""

from __future__ import annotations

from support.model_studio.records import Failure

NO_API_KEY = Failure(
    401,
    "invalid_api_key",
    "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth.",
)
INVALID_API_KEY = Failure(401, "invalid_api_key", "Incorrect API key provided.")
ACCESS_DENIED = Failure(403, "access_denied", "Model access denied.")
NOT_PURCHASED = Failure(403, "AccessDenied.Unpurchased", "Access to model denied.")
ARREARAGE = Failure(400, "Arrearage", "Access denied, please make sure your account is in good standing.")
BAD_BODY = Failure(400, "invalid_parameter_error", "Required body invalid, please check the request body format.")
INSPECTION_FAILED = Failure(400, "data_inspection_failed", "Input data may contain inappropriate content.")
RATE_LIMITED = Failure(
    429, "limit_requests", "You exceeded your current requests list.", "limit_requests", retry_after_s=1
)
BURST = Failure(429, "limit_burst_rate", "Request rate increased too quickly.", "limit_burst_rate")
QUOTA_EXCEEDED = Failure(
    429,
    "insufficient_quota",
    "You exceeded your current quota, please check your plan and billing details.",
    "insufficient_quota",
)
INTERNAL_ERROR = Failure(
    500,
    "internal_error",
    "An internal error has occured, try again later or contact service support.",
    "internal_error",
)
LAST_ROLE = Failure(500, "internal_error", "<500> InternalError.Algo: list index out of range", "internal_error")
UNAVAILABLE = Failure(503, "ServiceUnavailable", "The service is temporarily unavailable.", "internal_error")
FAILED_WITH_200 = Failure(200, "InternalError", "Internal server error!", flat=True)


def bad_parameter(message: str) -> Failure:
    """A request that the model's own checks refuse."""
    return Failure(400, "invalid_parameter_error", f"<400> InternalError.Algo.InvalidParameter: {message}")


def model_not_found(model: str) -> Failure:
    """No such model, or none that this key may use."""
    return Failure(404, "model_not_found", f"The model `{model}` does not exist or you do not have access to it.")


def model_not_supported(model: str) -> Failure:
    """A model that exists, but not on the route that was asked."""
    return Failure(404, "model_not_supported", f"Unsupported model `{model}` for OpenAI compatibility mode.")
