"""The jobs that keep the people of tags."""

from functools import partial

from campaigns.tag_rules import running
from foundation import jobs


@jobs.job("tag_rules.run_all", priority=jobs.BULK)
async def run_all() -> None:
    """Run each night: compare the people of every segment that carries a tag."""
    await running.expect_all()


@jobs.job(running.RUN, priority=jobs.BULK, is_hint=True)
async def run(*, tag: str) -> None:
    """Compare the people of one tag, until it was done."""
    await running.UNREAD.read(tag, partial(running.run, int(tag)))
