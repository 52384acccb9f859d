"""What a store asks for a diagnosis, for screens."""

from crm_core.dealerships.stores import store_of
from crm_core.policies.current import policy_of
from crm_core.repair_orders.diagnosis import rules
from crm_core.repair_orders.diagnosis.rules import DiagnosisPolicy
from foundation.reading import read_model


@read_model
class DiagnosisTerms:
    """The fee of a store, how long it takes, and the sentence an owner is told before they agree."""

    fee_fen: int
    waived_percent: int
    minutes: int
    told: str


async def terms_of(store_id: int) -> DiagnosisTerms:
    """The terms of a store, which are no secret: owners read them before they book.

    Raises:
        StoreNotFound: there is none.
    """
    store = await store_of(store_id)
    policy = await policy_of(DiagnosisPolicy, store.id)
    return DiagnosisTerms(
        fee_fen=policy.fee_fen,
        waived_percent=policy.waived_percent,
        minutes=policy.minutes,
        told=rules.told(policy),
    )
