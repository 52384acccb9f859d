"""`make soak`, seed by seed: the story in a storm; a mass send to 200,000 people (fewer with --people) from their group
to the report, with fifty deaths of our processes on the way; a Saturday of sixty cars; the races of verbs, the kills of
our processes and made-up requests at ten times the size they have in CI; an import of 200,000 rows, its undo and a
first reading of 200,000 friends, each with its workers killed nine times (fewer with --rows).

    make soak                       ten seeds
    make soak ARGS="--seeds 50"

Prints each seed and its outcome; a seed that failed is repeated with STORY_SEED=… make test ARGS=tests/stories.
"""

import os
import subprocess
import sys
import time
from typing import Final

import click

from app.embedded.state import REPOSITORY
from tests.scale import ROWS, ROWS_VARIABLE, TIMES_VARIABLE
from tests.stories.weather import SEED_VARIABLE

STORIES: Final = ("tests/stories", "-k", "storm or death", "--deselect=tests/stories/test_killed_broadcast.py")
MASS_SEND: Final = ("tests/stories/test_killed_broadcast.py",)
KILLS: Final = "50"
SATURDAY: Final = ("tests/stories/test_busy_saturday.py",)
SIXTY_CARS: Final = {"SATURDAY_CARS": "60", "STORY_OWNERS": "1500"}
RACES: Final = (
    "tests/crm_core/appointments/test_any_order.py",
    "tests/crm_core/appointments/test_four_hands.py",
    "tests/crm_core/appointments/test_races.py",
    "tests/crm_core/customers/test_merge_races.py",
    "tests/crm_core/parts/test_ledger.py",
    "tests/crm_core/payments/test_any_order.py",
    "tests/app/test_web_workers.py",
    "tests/app/test_outages.py",
    "tests/app/test_openapi.py",
    "tests/crm_core/imports/test_killed_worker.py",
    "tests/crm_core/customers/friend_pulls/test_killed_pull.py",
)
TIMES: Final = 10
PEOPLE: Final = 200_000


@click.command()
@click.option("--seeds", default=10, show_default=True, help="How many seeds.")
@click.option("--first-seed", default=1, show_default=True, help="The first seed; the others follow it.")
@click.option("--rows", default=ROWS, show_default=True, help="Rows of the import, and friends of the reading.")
@click.option("--people", default=PEOPLE, show_default=True, help="People of the mass send, at least 3,000.")
def main(seeds: int, first_seed: int, rows: int, people: int) -> None:
    """Run the story under many seeds; exits 1 when one of them ended differently."""
    failed: list[int] = []
    for seed in range(first_seed, first_seed + seeds):
        ends = [
            _run(seed, "stories", *STORIES),
            _run(seed, f"a mass send to {people:,}", *MASS_SEND, STORY_CROWD=str(people), STORY_KILLS=KILLS),
            _run(seed, "a Saturday of sixty cars", *SATURDAY, **SIXTY_CARS),
            _run(seed, "races and kills", *RACES, **{TIMES_VARIABLE: str(TIMES), ROWS_VARIABLE: str(rows)}),
        ]
        if not all(ends):
            failed.append(seed)
    click.echo(f"{seeds - len(failed)} of {seeds} seeds ended as in calm weather")
    sys.exit(1 if failed else 0)


def _run(seed: int, what: str, *arguments: str, **variables: str) -> bool:
    began = time.monotonic()
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, SEED_VARIABLE: str(seed), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    is_same = told.returncode == 0
    click.echo(
        f"seed {seed}, {what}: {'same end' if is_same else 'DIFFERENT END'} after {time.monotonic() - began:.0f} s"
    )
    if not is_same:
        click.echo("\n".join(told.stdout.splitlines()[-15:]))
    return is_same


if __name__ == "__main__":
    main()
