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


@pytest.mark.parametrize(("service", "has"), [("OCR", "has_ocr"), ("EINVOICE", "has_einvoice")])
def test_a_service_beside_the_platforms_is_set_up_whole_or_not_at_all(
    service: str, has: str, environment: Environment, monkeypatch: pytest.MonkeyPatch
):
    names = (f"WEDEALER_{service}_URL", f"WEDEALER_{service}_KEY")
    whole = {name: environment.product[name] for name in names}
    assert getattr(_in_production(environment, monkeypatch), has)
    assert not getattr(_in_production(environment, monkeypatch, **dict.fromkeys(names, "")), has)
    for half in names:
        with pytest.raises(ValidationError, match="set together or not at all"):
            _in_production(environment, monkeypatch, **(whole | {half: ""}))
