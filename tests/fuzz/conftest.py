"""How long the fuzzing is: a moment within `make test`, as long as one likes by `make fuzz`."""

import os

from hypothesis import HealthCheck, settings

_COMMON = {
    "deadline": None,  # tests/fuzz/octets.py measures processor time
    "suppress_health_check": list(HealthCheck),
    "print_blob": True,
}
settings.register_profile("short", max_examples=100, derandomize=True, database=None, **_COMMON)
settings.register_profile("long", max_examples=1_000, **_COMMON)
settings.load_profile(os.environ.get("FUZZ", "short"))
