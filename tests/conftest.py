"""Settings that all tests share."""

from hypothesis import HealthCheck, settings

# Machines that run tests are shared and slow at times; what is slow is measured by benchmarks, not judged by tests.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")
