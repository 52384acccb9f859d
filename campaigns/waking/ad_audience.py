"""The file of numbers for an advertising platform: owners who agreed to it and whom no other path reaches.

A number is only ever given as the platform takes it (`HASH_MOBILE_PHONE`): the MD5 of its eleven digits.
"""

import hashlib
from collections.abc import AsyncIterator
from typing import Final

from campaigns.scope import as_list, stores_of
from campaigns.waking.rules import Path
from crm_core.customers.dormancy import SLEEPING
from crm_core.customers.models import Purpose
from crm_core.dealerships.actors import Actor
from foundation.reading import Query, literals, read_model

READ: Final = "waking.read"
LOT: Final = 1000


@read_model
class AdPerson:
    """One line of the file."""

    hashed_phone: str


@read_model
class _Number:
    customer_id: int
    phone: str


_NUMBERS: Final = Query(
    _Number,
    f"""
    SELECT c.id AS customer_id, c.phone FROM waking_class w JOIN customer c ON c.id = w.customer_id
    WHERE w.path = {literals(Path.ADS)} AND w.state IN ({literals(*sorted(SLEEPING))})
      AND ($1::bigint[] IS NULL OR c.home_store_id = ANY($1)) AND c.id > $2
      AND c.merged_into_id IS NULL AND c.restricted_at IS NULL AND c.gone_reason = '' AND c.marketing_stopped_at IS NULL
      AND c.is_phone_usable AND c.phone ~ '^1[0-9]{{10}}$' AND EXISTS (SELECT FROM consent k
        WHERE k.customer_id = c.id AND k.withdrawn_at IS NULL AND k.purpose = {literals(Purpose.AD_AUDIENCE)})
    ORDER BY c.id LIMIT {LOT}
    """,
)


async def of_reader(actor: Actor, store_id: int | None) -> AsyncIterator[AdPerson]:
    """The numbers of the reader's stores; whoever withdrew since last night is left out.

    Raises:
        NotAllowed.
    """
    stores = stores_of(actor, READ)
    if store_id is not None:
        stores = frozenset({store_id}) if stores is None or store_id in stores else frozenset()
    after = 0
    while rows := await _NUMBERS.all(as_list(stores), after):
        for row in rows:
            yield AdPerson(hashlib.md5(row.phone.encode(), usedforsecurity=False).hexdigest())
        after = rows[-1].customer_id
