"""通知文案: what the group and its stores say in place of the shipped words of a notice, with preview and history."""

from pydantic import Field

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.wording import changing, queries
from crm_core.wording.queries import Wording, WordingPreview
from foundation.web import Id, Schema

LONGEST = 2000


class WordingIn(Schema):
    """New words for a store or (null) the group; null ends the place's own words."""

    words: str | None = Field(max_length=LONGEST)
    store_id: Id | None = None
    reason: str = Field(min_length=2, max_length=200)
    version: int = Field(ge=0, lt=2**31)


class WordingPreviewIn(Schema):
    """Words to look at before they are saved."""

    words: str = Field(max_length=LONGEST)
    store_id: Id | None = None


@api.get("/message-wordings", summary="Every part of a notice that may be worded, with its words and history")
async def list_message_wordings(actor: Actor) -> list[Wording]:
    return await queries.wordings_of_reader(actor)


@api.post("/message-wordings/{message}/{part}/changes", status=201, summary="Word a part of a notice")
async def change_message_wording(actor: Actor, message: str, part: str, body: WordingIn) -> Wording:
    await changing.word_part(
        actor,
        message,
        part,
        body.words,
        store_id=body.store_id,
        reason=body.reason,
        expected_version=body.version,
    )
    return await queries.wording_of_reader(actor, message, part)


@api.post("/message-wordings/{message}/{part}/preview", summary="How words would look, and what forbids them")
async def preview_message_wording(actor: Actor, message: str, part: str, body: WordingPreviewIn) -> WordingPreview:
    return await queries.preview_words(actor, message, part, body.words, store_id=body.store_id)
