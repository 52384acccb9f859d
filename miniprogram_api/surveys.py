"""The owner's survey: four questions, once."""

from pydantic import Field

from crm_core.dealerships.actors import Actor
from crm_core.surveys import answering, queries
from crm_core.surveys.queries import OpenSurvey, OwnSurvey
from crm_core.surveys.rules import QUESTIONS, Answers
from foundation.reading import derive, read_model
from foundation.web import Schema
from miniprogram_api.login import api


class SurveyQuestionOut(Schema):
    """One question; `kind` is score (0 to 10), yes_no or text."""

    id: str
    text: str
    kind: str


@read_model
class SurveyOut(OwnSurvey):
    """A survey with its questions."""

    questions: list[SurveyQuestionOut]


class AnswersIn(Schema):
    """One answer per question; `comment` may be left out."""

    recommend: int = Field(ge=0, le=10)
    satisfied: bool
    explained: bool
    comment: str = Field(default="", max_length=200)


@api.get("/surveys", summary="Surveys that may be answered now")
async def surveys(actor: Actor) -> list[OpenSurvey]:
    return await queries.open_of_customer(actor, actor.id)


@api.get("/surveys/{survey_id}", summary="One survey; opening it binds it to this account")
async def survey(actor: Actor, survey_id: int) -> SurveyOut:
    return await _out((await answering.open_survey(actor, survey_id)).id)


@api.post("/surveys/{survey_id}/answers", summary="Answer, once and for good")
async def answer_survey(actor: Actor, survey_id: int, body: AnswersIn) -> SurveyOut:
    return await _out((await answering.answer(actor, survey_id, Answers(**body.model_dump()))).id)


async def _out(survey_id: int) -> SurveyOut:
    questions = [SurveyQuestionOut(id=q.id, text=q.text, kind=q.kind) for q in QUESTIONS]
    return derive(SurveyOut, await queries.shown(survey_id), questions=questions)
