"""Settings that only make sense together are refused by halves."""

import pytest
from pydantic import ValidationError

from foundation.settings import Settings
from tests.fixtures.servers import Environment


def _in_production(environment: Environment, monkeypatch: pytest.MonkeyPatch, **changed: str) -> Settings:
    production = {"WEDEALER_ENVIRONMENT": "production", "WEDEALER_SIMULATOR_URL": ""}
    for name, value in (environment.product | production | changed).items():
        monkeypatch.setenv(name, value)
    return Settings()


def test_a_service_that_reads_licences_is_set_up_whole_or_not_at_all(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
):
    assert _in_production(environment, monkeypatch).has_ocr
    assert not _in_production(environment, monkeypatch, WEDEALER_OCR_URL="", WEDEALER_OCR_KEY="").has_ocr
    for half in ("WEDEALER_OCR_URL", "WEDEALER_OCR_KEY"):
        whole = {name: environment.product[name] for name in ("WEDEALER_OCR_URL", "WEDEALER_OCR_KEY")}
        with pytest.raises(ValidationError, match="set together or not at all"):
            _in_production(environment, monkeypatch, **(whole | {half: ""}))
