"""The page of work that waits has words for whatever may wait there."""

import re

from app.embedded.state import REPOSITORY
from app.wiring import wire
from foundation import jobs


def test_every_job_has_words() -> None:
    wire()
    page = (REPOSITORY / "console/web/src/pages/house/work-words.ts").read_text()
    named = set(re.findall(r"^  '([a-z_]+\.[a-z_]+)': '", page, re.MULTILINE))
    # Tests of jobs make some of their own.
    ours = {name for name, known in jobs.registry.items() if not known.body.__module__.startswith("tests.")}
    assert len(ours) > 50
    assert ours - named == set()
