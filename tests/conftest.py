"""Settings that all tests share."""

import os
from pathlib import Path

from hypothesis import HealthCheck, settings

# Machines that run tests are shared and slow at times; what is slow is measured by benchmarks, not judged by tests.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")

# What the person who runs the tests lets git ignore everywhere is no matter here.
os.environ["GIT_CONFIG_GLOBAL"] = str(Path(__file__).parent / "data" / "gitconfig")
