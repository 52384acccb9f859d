"""Everything about authorised persons begins with a family."""

import pytest

from tests.crm_core.authorised_persons.family import Family, make_family
from tests.fixtures.web import Web


@pytest.fixture
async def family(web: Web) -> Family:
    """Nobody is named yet."""
    return await make_family(web)
