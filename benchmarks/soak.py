"""`make soak`: the whole story in one storm after another, each with a seed of its own, for some minutes.

    make soak                       ten storms
    make soak ARGS="--storms 50"

Prints each seed and what became of it; a seed that failed is repeated with STORY_SEED=… make test ARGS=tests/stories.
"""

import os
import subprocess
import sys
import time

import click

from app.embedded.state import REPOSITORY


@click.command()
@click.option("--storms", default=10, show_default=True, help="How many seeds.")
@click.option("--first-seed", default=1, show_default=True, help="The first seed; the others follow it.")
def main(storms: int, first_seed: int) -> None:
    """Tell the story under many seeds; exits 1 when one of them ended differently."""
    failed: list[int] = []
    for seed in range(first_seed, first_seed + storms):
        began = time.monotonic()
        told = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "tests/stories", "-k", "storm"],
            cwd=REPOSITORY,
            env={**os.environ, "STORY_SEED": str(seed)},
            capture_output=True,
            text=True,
            check=False,
        )
        verdict = "same end" if told.returncode == 0 else "DIFFERENT END"
        click.echo(f"seed {seed}: {verdict} after {time.monotonic() - began:.0f} s")
        if told.returncode != 0:
            failed.append(seed)
            click.echo("\n".join(told.stdout.splitlines()[-15:]))
    click.echo(f"{storms - len(failed)} of {storms} storms ended as in calm weather")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
