"""How long a service asks to wait, by the headers of its answer."""

from __future__ import annotations

import time
from collections.abc import Mapping


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, as the headers (lower-case names) say, be it in milliseconds, seconds or as a date."""
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "")
        try:
            return max(0.0, float(value) * unit_s)
        except ValueError:
            continue
    # Here, since dates are rare and the import is not cheap.
    from email.utils import parsedate_to_datetime

    try:
        return max(
            0.0, parsedate_to_datetime(headers.get("retry-after", "")).timestamp() - time.time()
        )
    except (ValueError, OverflowError):
        return None
