"""The fixtures every test may use."""

from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.fixtures.selection",
    "tests.fixtures.network",
    "tests.fixtures.servers",
    "tests.fixtures.platforms",
    "tests.fixtures.web",
]

# No deadline: a busy machine makes examples slow, which says nothing about the rule.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
