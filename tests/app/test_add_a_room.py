"""What docs/how-to/add-a-room.md says is so: its room, built in a scratch copy of the repository, passes the checks."""

from pathlib import Path
from typing import Final

import pytest

from tests.app.pages import Page, run_in

PAGE: Final = Page("add-a-room.md")
CHECKS: Final = (
    "tests/crm_core/lost_property",
    "tests/app/test_keys.py",
    "tests/app/test_personal.py",
    "tests/app/test_rooms.py",
    "tests/app/test_migrations.py::test_models_and_migrations_agree",
    "tests/app/test_migrations.py::test_every_constraint_the_models_declare_is_in_the_migrated_database",
    "tests/app/test_migrations.py::test_a_written_migration_is_plain_sql_and_numbered_in_order",
    "tests/app/test_queries.py",
    "tests/crm_core/dealerships/rights/test_bounds.py",
    "tests/house/test_doors.py",
    "tests/house/test_read_models.py",
    "tests/house/test_rules.py",
    "tests/house/test_shapes.py",
    "tests/house/test_states.py",
    "tests/house/test_places.py",
    "tests/house/test_openapi.py",
    "tests/house/test_what_screens_ask.py",
    "tests/house/test_words.py",
    "tests/console/test_versions.py::test_every_write_carries_the_version_it_saw_or_there_is_a_reason_why_it_needs_none",
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this one with the room in it."""
    return PAGE.built_in(tmp_path_factory.mktemp("room"))


def test_the_room_is_written_as_the_house_writes(repository: Path) -> None:
    files = PAGE.modules
    run_in(repository, "-m", "ruff", "check", "--no-cache", *files)
    run_in(repository, "-m", "ruff", "format", "--check", "--no-cache", *files)


def test_it_keeps_to_the_import_arrow(repository: Path) -> None:
    run_in(repository, "-c", "from importlinter.cli import lint_imports_command as lint; lint(['--no-cache'])")


@pytest.mark.slow
def test_it_passes_the_checks_of_the_house_and_its_own(repository: Path) -> None:
    run_in(repository, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *CHECKS)
