"""The fixtures every test may ask for."""

pytest_plugins = [
    "tests.fixtures.selection",
    "tests.fixtures.network",
    "tests.fixtures.servers",
    "tests.fixtures.platforms",
    "tests.fixtures.web",
]
