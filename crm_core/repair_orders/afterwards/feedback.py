"""What owners said about their visit reaches those who did the work: the advisor, the technicians, the inspectors."""

from crm_core.messaging.service import say
from crm_core.repair_orders.models import RepairOrder
from crm_core.surveys.events import ComplaintStepped, SurveySubmitted
from crm_core.surveys.models import Complaint, Survey
from crm_core.vehicles.models import Vehicle
from crm_core.wording.facts import FactValue
from foundation import clock, database
from foundation.refs import Ref

DID_THE_WORK = """
SELECT o.advisor_id FROM repair_order o WHERE o.id = {order}
UNION SELECT l.technician_id FROM repair_line l WHERE l.repair_order_id = {order} AND l.technician_id IS NOT NULL
UNION SELECT q.inspector_id FROM quality_check q WHERE q.repair_order_id = {order}
"""
"""SQL: the ids of the members of staff who did the work of an order."""


async def on_survey_submitted(event: SurveySubmitted) -> None:
    """Runs inside the answer's transaction: each of them gets a card with the score and the owner's words."""
    survey = await Survey.get(id=event.survey_id)
    words = str(survey.answers.get("comment") or "") or None
    await _tell(event.repair_order_id, "answered", {"recommended": event.score, "note": words}, f"survey:{survey.id}")


async def on_complaint_stepped(event: ComplaintStepped) -> None:
    """Runs inside the step's transaction: once a complaint is closed, they learn what was done about it."""
    if event.action != "close":
        return
    complaint = await Complaint.get(id=event.complaint_id)
    if complaint.repair_order_id is None:
        return
    outcome = await database.fetch_value(
        "SELECT note FROM complaint_step WHERE complaint_id = $1 AND action = 'resolve' ORDER BY id DESC LIMIT 1",
        complaint.id,
    )
    key = f"complaint:{complaint.id}:{complaint.version}"
    await _tell(complaint.repair_order_id, "settled", {"note": outcome or None}, key)


async def _tell(repair_order_id: int, variant: str, facts: dict[str, FactValue], key: str) -> None:
    order = await RepairOrder.get_or_none(id=repair_order_id)
    if order is None:
        return
    vehicle = await Vehicle.get(id=order.vehicle_id).prefetch_related("model")
    common = {"model_short": vehicle.model.series, "plate": vehicle.plate or None, "filed_at": clock.now()}
    for row in await database.fetch(DID_THE_WORK.format(order="$1"), repair_order_id):
        await say(
            "work_answered",
            common | facts,
            staff_id=row["advisor_id"],
            about=Ref("repair_order", repair_order_id),
            dedupe_key=f"{key}:{variant}:{row['advisor_id']}",
            variant=variant,
        )
