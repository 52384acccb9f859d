"""Whether what a waiting message asks about a visit is still open."""

from crm_core.messaging.conditions import Said, condition
from crm_core.surveys.models import Complaint, Survey
from crm_core.surveys.rules import UNRESOLVED, ComplaintState, SurveyState


@condition
async def survey_stands(said: Said) -> bool:
    """It was neither answered nor has it ended."""
    return await Survey.filter(id=said.matter_id, state__in=(SurveyState.SENT, SurveyState.OPENED)).exists()


@condition
async def complaint_unresolved(said: Said) -> bool:
    """It is not resolved yet."""
    return await Complaint.filter(id=said.matter_id, state__in=UNRESOLVED).exists()


@condition
async def complaint_stands(said: Said) -> bool:
    """Nobody has taken it up yet."""
    return await Complaint.filter(id=said.matter_id, state=ComplaintState.OPEN).exists()
