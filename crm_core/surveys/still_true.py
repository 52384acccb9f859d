"""Whether what a waiting message says about a survey or a complaint is still true."""

from crm_core.messaging.conditions import Said, condition
from crm_core.messaging.worded import knows_store
from crm_core.surveys.models import Complaint, Survey
from crm_core.surveys.rules import UNRESOLVED, ComplaintState, SurveyState


@condition
async def survey_stands(said: Said) -> bool:
    """The survey has neither been answered nor ended."""
    return await Survey.filter(id=said.matter_id, state__in=(SurveyState.SENT, SurveyState.OPENED)).exists()


@condition
async def complaint_unresolved(said: Said) -> bool:
    """The complaint is not resolved yet."""
    return await Complaint.filter(id=said.matter_id, state__in=UNRESOLVED).exists()


@condition
async def complaint_stands(said: Said) -> bool:
    """Nobody has taken up the complaint yet."""
    return await Complaint.filter(id=said.matter_id, state=ComplaintState.OPEN).exists()


@condition
async def complaint_is_late(said: Said) -> bool:
    """The step whose time passed has not been taken yet."""
    return await Complaint.filter(id=said.matter_id, state=ComplaintState(said.variant.upper())).exists()


@condition
async def complaint_is_taken(said: Said) -> bool:
    """Somebody still looks after the complaint."""
    return await Complaint.filter(id=said.matter_id, state__in=UNRESOLVED, acknowledged_by_id__isnull=False).exists()


async def _store_of_complaint(complaint_id: int) -> int | None:
    complaint = await Complaint.get_or_none(id=complaint_id)
    return None if complaint is None else complaint.store_id


async def _store_of_survey(survey_id: int) -> int | None:
    survey = await Survey.get_or_none(id=survey_id)
    return None if survey is None else survey.store_id


knows_store("survey", _store_of_survey)
knows_store("complaint", _store_of_complaint)
