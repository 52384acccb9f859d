"""`make soak`: the whole story in storm after storm, and a mass send whose workers are killed nine times, seed by seed.

    make soak                       ten seeds
    make soak ARGS="--seeds 50"

Prints each seed and what became of it; a seed that failed is repeated with STORY_SEED=… make test ARGS=tests/stories.
"""

import os
import subprocess
import sys
import time

import click

from app.embedded.state import REPOSITORY


@click.command()
@click.option("--seeds", default=10, show_default=True, help="How many seeds.")
@click.option("--first-seed", default=1, show_default=True, help="The first seed; the others follow it.")
def main(seeds: int, first_seed: int) -> None:
    """Tell the story under many seeds; exits 1 when one of them ended differently."""
    failed: list[int] = []
    for seed in range(first_seed, first_seed + seeds):
        began = time.monotonic()
        told = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "tests/stories", "-k", "storm or death"],
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
    click.echo(f"{seeds - len(failed)} of {seeds} seeds ended as in calm weather")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
