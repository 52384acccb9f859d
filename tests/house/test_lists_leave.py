"""Every list of the console can be taken away as a file, or it is said here why not."""

import re
from pathlib import Path
from typing import Final

from app.wiring import wire
from crm_core.dealerships import exporting

PAGES: Final = Path(__file__).resolve().parents[2] / "console/web/src/pages"
HANDED_OVER: Final = "what is left behind is handed over here, and the succession that does it is a list that leaves"
SECRETS: Final = "it is about keys and addresses of other systems, which nobody carries away"
READ_IN_PLACE: Final = "read and changed in place, row by row; each change stands in the audit log, which leaves"
STAYS: Final = {
    "customers/LeaversPage.vue": HANDED_OVER,
    "exports/ExportsPage.vue": "the files are fetched here; what was exported stands in the audit log, which leaves",
    "imports/ImportsPage.vue": "each import gives back its own file of problems; that it ran stands in the audit log",
    "settings/partners/ApiKeysPage.vue": SECRETS,
    "settings/partners/WebhooksPage.vue": SECRETS,
    "settings/partners/WebhookPage.vue": SECRETS,
    "settings/people/DeputiesPage.vue": READ_IN_PLACE,
    "settings/people/RightsPage.vue": READ_IN_PLACE,
    "settings/policies/PoliciesPage.vue": READ_IN_PLACE,
    "settings/wordings/WordingsPage.vue": READ_IN_PLACE,
}
"""Page → why its list stays where it is."""


def test_every_list_of_the_console_leaves_as_a_file_or_says_why_not() -> None:
    wire()
    leaving = exporting.every()
    pages: dict[str, str] = {}
    for page in sorted(PAGES.rglob("*.vue")):
        if found := re.search(r"<ListPage\s(.*?):list=", page.read_text("utf-8"), re.DOTALL):
            name = re.search(r':?name="`?([\w-]+)', found[1])
            pages[page.relative_to(PAGES).as_posix()] = name[1] if name else ""
    assert len(pages) > 20
    staying = {page for page, name in pages.items() if not any(_is(name, each) for each in leaving)}
    assert staying == set(STAYS)


def _is(name: str, listed: str) -> bool:
    """Pages of many lists alike name them by their beginning: `settings-`."""
    return listed == name or (name.endswith("-") and listed.startswith(name))
