"""`wedealer check` says in words what is missing, by the name of the file or setting that somebody has to mend."""

from pathlib import Path

import pytest

from app import check
from crm_core.wording import subscribe_keys
from foundation.errors import WeDealerError
from foundation.settings import get_settings


async def test_a_missing_file_of_subscribe_templates_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    missing = tmp_path / "subscribe_keys.json"
    monkeypatch.setattr(get_settings().weixin, "subscribe_keys_file", missing)
    subscribe_keys.subscribe_templates.cache_clear()
    try:
        with pytest.raises(WeDealerError) as refusal:
            await check._templates()
    finally:
        subscribe_keys.subscribe_templates.cache_clear()
    assert str(missing) in refusal.value.text
    assert "connect-a-corp.md" in refusal.value.text
