"""Surveys and complaints for screens."""

from typing import Any

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorize, subject
from foundation import database


async def open_for(actor: Actor, customer_id: int) -> list[dict[str, Any]]:
    """Surveys an owner may answer now."""
    authorize(actor, "surveys.answer", subject(customer_id=customer_id))
    return await database.fetch(
        "SELECT id, repair_order_id FROM survey WHERE customer_id = $1 AND state IN ('SENT', 'OPENED') "
        "ORDER BY id DESC LIMIT 10",
        customer_id,
    )


async def names(survey_id: int) -> dict[str, Any]:
    """The store and the car a survey is about."""
    row = await database.fetch_one(
        "SELECT st.short_name AS store, v.plate, m.series FROM survey s JOIN store st ON st.id = s.store_id "
        "JOIN vehicle v ON v.id = s.vehicle_id JOIN vehicle_model m ON m.id = v.model_id WHERE s.id = $1",
        survey_id,
    )
    assert row is not None
    return row


async def complaints_of_store(actor: Actor, store_id: int) -> list[dict[str, Any]]:
    """A store's complaints, those without an answer first."""
    authorize(actor, "surveys.read", subject(store_id=store_id))
    return await database.fetch(
        "SELECT c.id, c.about, c.source, c.customer_id, cu.name AS customer_name, c.repair_order_id, c.body, c.state, "
        "  c.opened_at, c.acknowledged_at, s.name AS acknowledged_by, c.version "
        "FROM complaint c JOIN customer cu ON cu.id = c.customer_id LEFT JOIN staff s ON s.id = c.acknowledged_by_id "
        "WHERE c.store_id = $1 ORDER BY c.state = 'OPEN' DESC, c.id DESC LIMIT 200",
        store_id,
    )
