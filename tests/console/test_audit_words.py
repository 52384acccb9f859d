"""The page of the audit log has a word for whatever a line may be about."""

import re

from app.embedded.state import REPOSITORY
from app.wiring import wire
from crm_core.settings.declaring import REGISTRY


def test_every_kind_of_thing_has_a_word() -> None:
    wire()
    page = (REPOSITORY / "console/web/src/pages/privacy/audit-words.ts").read_text()
    named = set(re.findall(r"\b([a-z_]+): '", page))
    kinds = {
        kind
        for package in ("crm_core", "campaigns")
        for path in (REPOSITORY / package).rglob("*.py")
        for kind in re.findall(r'\bRef\(\s*"([a-z_]+)"', path.read_text())
    }
    kinds |= {setting_list.table_name for setting_list in REGISTRY.values()}
    assert len(kinds) > 30
    assert kinds - named == set()
