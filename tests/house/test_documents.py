"""Links in the documents lead somewhere, and the index names every document."""

import re
from pathlib import Path

import pytest

from app.embedded.state import REPOSITORY

PAGES = [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md"), REPOSITORY / "tests" / "README.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_no_link_leads_nowhere(page: Path):
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_the_index_names_every_document():
    index = (REPOSITORY / "docs" / "README.md").read_text()
    pages = {str(page.relative_to(REPOSITORY / "docs")) for page in (REPOSITORY / "docs").rglob("*.md")}
    expected = {page for page in pages if not page.startswith("decisions/")} - {"README.md"}
    assert {page for page in expected if f"({page})" not in index} == set()


def test_help_tells_of_every_target():
    makefile = (REPOSITORY / "Makefile").read_text()
    declared = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert declared is not None
    assert re.findall(r"^([a-z]+):.*## .+$", makefile, re.MULTILINE) == declared[1].split()
