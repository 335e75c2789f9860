"""Settings of all tests."""

import os

from hypothesis import HealthCheck, settings

# A busy CI machine is slow, which says nothing of the code: complexity is asserted by counting.
settings.register_profile(
    "secscan",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("secscan")

# The published facts of whoever runs the tests are not those that the tests speak of.
os.environ.pop("SECSCAN_FACTS", None)
os.environ["XDG_DATA_HOME"] = "/nonexistent"
