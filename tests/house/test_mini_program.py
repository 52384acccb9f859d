"""What messages and the server assume about the mini-program agrees with its sources."""

import json
import re

from app.embedded.state import REPOSITORY

SOURCES = REPOSITORY / "miniprogram" / "src"


def _pages() -> set[str]:
    told = json.loads((SOURCES / "pages.json").read_text())
    of_packages = {f"{each['root']}/{page['path']}" for each in told["subPackages"] for page in each["pages"]}
    return {page["path"] for page in told["pages"]} | of_packages


def test_every_page_that_is_named_is_there():
    assert {page for page in _pages() if not (SOURCES / f"{page}.vue").exists()} == set()


def test_every_link_of_a_message_opens_a_page():
    texts = [file.read_text() for file in (REPOSITORY / "templates" / "messages").rglob("*.json")]
    links = {link for text in texts for link in re.findall(r'"(pages/[^"?]+)', text)}
    assert len(links) > 5
    # A group-send card's page ends in .html, by WeChat's rule; the page has the name without it.
    assert {link for link in links if link.removesuffix(".html") not in _pages()} == set()


def test_its_lock_names_no_host():
    assert "://" not in re.sub(r'"url": "[^"]*"', "", (REPOSITORY / "miniprogram" / "package-lock.json").read_text())
