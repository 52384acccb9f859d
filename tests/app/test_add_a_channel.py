"""The channel of docs/how-to/add-a-channel.md, built in a scratch copy of the repository, passes the checks."""

from pathlib import Path
from typing import Final

import pytest

from tests.app.pages import Page, run_in

PAGE: Final = Page("add-a-channel.md")
CHECKS: Final = (
    "tests/crm_core/messaging/test_pager.py",
    "tests/campaigns/broadcasts/test_pager_mass.py",
    "tests/crm_core/messaging/test_chains.py::test_every_chain_can_be_walked",
    "tests/templates/test_messages.py",
    "tests/house/test_dead_code.py::test_nothing_is_kept_that_nobody_calls",
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this one with the channel in it."""
    return PAGE.built_in(tmp_path_factory.mktemp("channel"))


def test_a_channel_is_one_file_and_its_integration() -> None:
    of_the_house = [path for path in PAGE.modules if not path.startswith("tests/")]
    assert of_the_house == [
        "campaigns/channels/pager_mass.py",
        "crm_core/messaging/channels/pager.py",
        "integrations/pager.py",
        "integrations/pager_lists.py",
    ]


def test_the_channel_is_written_as_the_house_writes(repository: Path) -> None:
    run_in(repository, "-m", "ruff", "check", "--no-cache", *PAGE.modules)
    run_in(repository, "-m", "ruff", "format", "--check", "--no-cache", *PAGE.modules)


def test_it_keeps_to_the_import_arrow(repository: Path) -> None:
    run_in(repository, "-c", "from importlinter.cli import lint_imports_command as lint; lint(['--no-cache'])")


@pytest.mark.slow
def test_it_passes_the_checks_of_the_house_and_its_own(repository: Path) -> None:
    run_in(repository, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *CHECKS)
