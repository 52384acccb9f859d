"""What is drawn on the signature pad is kept for whoever may decide, and only so often in a day."""

import pytest

from crm_core.repair_orders import signing
from crm_core.repair_orders.errors import OwnerMustDecide, TooManySignatures
from crm_core.vehicles.models import BindingRole
from foundation import media
from tests import factories as make
from tests.pictures import signature
from tests.workshop import make_workshop


async def test_a_signature_is_kept_for_who_may_decide_and_only_so_often(database: None):
    shop = await make_workshop()
    order = await shop.inspected()
    driver = await make.make_customer(name="王芳")
    await make.bind(shop.vehicle, driver, BindingRole.USER)
    with pytest.raises(OwnerMustDecide):
        await signing.keep(make.acting_owner(driver), order.id, signature())
    await media.require_stored([await signing.keep(shop.owner, order.id, signature())])
    while not await signing.SIGNATURES.wait_seconds(str(shop.owner.id)):
        pass
    with pytest.raises(TooManySignatures):
        await signing.keep(shop.owner, order.id, signature())
