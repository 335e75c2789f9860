"""Settings of all tests."""

from hypothesis import HealthCheck, settings

# A busy CI machine is slow, which says nothing of the code: complexity is asserted by counting.
settings.register_profile(
    "secscan",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("secscan")
