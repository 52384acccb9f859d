"""An owner opens their survey and answers it, once, from the account that opened it."""

from dataclasses import asdict, replace

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own
from crm_core.policies.current import policy_of
from crm_core.surveys import complaints, rules
from crm_core.surveys.asking import facts
from crm_core.surveys.errors import AnswersNotAccepted, SurveyAnswered, SurveyNotFound, SurveyOver
from crm_core.surveys.events import SurveySubmitted
from crm_core.surveys.models import Survey
from crm_core.surveys.rules import COMMENT_MAX_CHARS, Answers, SurveyState
from foundation import clock, database
from foundation.events import record
from foundation.moves import next_state
from foundation.refs import Ref


async def open_survey(actor: Actor, survey_id: int) -> Survey:
    """Open a survey. The first account that opens it is the only one that may answer it.

    Raises:
        SurveyNotFound: there is none, it was not sent, it is another customer's, or the customer opened it from another
            account.
    """
    async with database.transaction():
        survey = await _locked(actor, survey_id)
        if survey.state is SurveyState.SENT and not _is_over(survey):
            survey.state = next_state(rules.SURVEY_MOVES, survey.state, "open")
            survey.openid, survey.opened_at = actor.openid, clock.now()
            survey.version += 1
            await survey.save()
        return survey


async def answer(actor: Actor, survey_id: int, answers: Answers) -> Survey:
    """Store the answers, which cannot be changed later; a bad one opens a complaint.

    Raises:
        AnswersNotAccepted: the score is outside the scale.
        SurveyAnswered, SurveyOver, SurveyNotFound.
    """
    if not answers.is_in_scale:
        raise AnswersNotAccepted
    async with database.transaction():
        survey = await _locked(actor, survey_id)
        if survey.state is SurveyState.SUBMITTED:
            raise SurveyAnswered
        if survey.state is SurveyState.EXPIRED or _is_over(survey):
            raise SurveyOver
        survey.state = next_state(rules.SURVEY_MOVES, survey.state, "submit")
        survey.openid = survey.openid or actor.openid
        survey.submitted_at = clock.now()
        comment = answers.comment.strip()[:COMMENT_MAX_CHARS]
        survey.answers = asdict(replace(answers, comment=comment))
        survey.score = answers.recommend
        survey.version += 1
        await survey.save()
        is_complaint = rules.is_complaint(answers, await policy_of(rules.SurveyPolicy, survey.store_id))
        await record(SurveySubmitted(**facts(str(actor), survey), score=answers.recommend, is_complaint=is_complaint))
        if is_complaint:
            await complaints.open_complaint(
                actor,
                about=Ref("survey", survey.id),
                source="小程序评价",
                store_id=survey.store_id,
                customer_id=survey.customer_id,
                vehicle_id=survey.vehicle_id,
                repair_order_id=survey.repair_order_id,
                advisor_id=survey.advisor_id,
                body=comment or f"评价 {survey.score} 分",
            )
        return survey


def _is_over(survey: Survey) -> bool:
    return survey.expires_at is not None and clock.now() > survey.expires_at


async def _locked(actor: Actor, survey_id: int) -> Survey:
    survey = await Survey.select_for_update().get_or_none(id=survey_id)
    if survey is None or survey.state is SurveyState.SCHEDULED:
        raise SurveyNotFound
    authorise(actor, "surveys.answer", owners_own(survey.customer_id))
    if survey.openid and survey.openid != actor.openid:
        raise SurveyNotFound
    return survey
