"""What makers and insurers owe for past visits: submitted, answered in part, not paid yet."""

from datetime import datetime, timedelta

from app.seed.living.crew import Crew
from crm_core.billing.rules import Payer
from crm_core.dealerships.models import Role
from crm_core.receivables import service as receivables
from crm_core.receivables.models import Receivable
from crm_core.receivables.rules import ReceivableState, Submission
from foundation import clock


async def submit(crew: Crew, moment: datetime) -> None:
    """The maker has not answered yet; the insurer accepted a part, and the rest is refused."""
    await clock.set_to(moment)
    manager = crew.people(Role.SVM)[-1]
    for owed in await Receivable.filter(store_id=crew.store.id, state=ReceivableState.OPEN).order_by("id"):
        if owed.payer is Payer.W:
            given = Submission(
                "新能汽车售后部", owed.approval_number, old_parts_place="旧件库 A3",
                old_parts_until=clock.today() + timedelta(days=90),
            )  # fmt: skip
            await receivables.submit(manager, owed.id, given, expected_version=owed.version)
        elif owed.payer is Payer.I:
            given = Submission(f"人保财险{crew.store.city}分公司", owed.approval_number, "RDZA202644030000771")
            sent = await receivables.submit(manager, owed.id, given, expected_version=owed.version)
            accepted_fen = owed.amount_fen * 4 // 5
            await receivables.answer(manager, owed.id, accepted_fen, "工时按八折核", expected_version=sent.version)
