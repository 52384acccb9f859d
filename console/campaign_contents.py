"""内容 of campaigns: what a marketer may write for a channel, whether it may go out, and 内容库."""

from pydantic import Field

from campaigns.broadcasts import library, saying
from campaigns.broadcasts.library import LibraryRow
from campaigns.contents import trying
from campaigns.contents.trying import ContentKit, TriedContent
from campaigns.mass_channels import USUAL, channel_of
from campaigns.own_words import Attachment, AttachmentKind, Content
from campaigns.scope import stores_of
from console.mass_channels import ChannelName
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.wording.limits import ATTACHMENTS
from foundation.web import Cursor, Id, Page, Schema, Version

_PICTURE = r"^(|[0-9a-f]{64}\.(jpg|png))$"


class AttachmentIn(Schema):
    """What hangs below the words; `picture` is the key of an uploaded picture."""

    kind: AttachmentKind
    title: str = Field(default="", max_length=128)
    target: str = Field(default="", max_length=2048)
    description: str = Field(default="", max_length=512)
    picture: str = Field(default="", pattern=_PICTURE)

    def attachment(self) -> Attachment:
        """A picture has no words and leads nowhere."""
        if self.kind is AttachmentKind.PICTURE:
            return Attachment(self.kind, picture=self.picture)
        return Attachment(self.kind, self.title.strip(), self.target.strip(), self.description.strip(), self.picture)


class ContentIn(Schema):
    """A marketer's own words, with variables such as `{门店}`, and what hangs below them."""

    text: str = Field(max_length=4000)
    attachments: list[AttachmentIn] = Field(default_factory=list, max_length=ATTACHMENTS)

    def content(self) -> Content:
        """As the campaigns know it."""
        return Content(self.text.strip(), [one.attachment() for one in self.attachments])


class ContentTryIn(Schema):
    """Words that are being written for a channel, and the coupon that the broadcast gives, if any."""

    channel: ChannelName = USUAL
    coupon_template_id: Id | None = None
    words: ContentIn


class ContentKitQuery(Schema):
    """The channel by which the words go."""

    channel: ChannelName = USUAL


@api.get("/campaign-contents/kit", summary="What the messages of a channel may consist of")
async def campaign_content_kit(actor: Actor, query: ContentKitQuery) -> ContentKit:
    stores_of(actor, "campaigns.draft")
    return trying.kit(channel_of(query.channel))


@api.post("/campaign-contents/trial", summary="What is wrong with words, and how people would see them; keeps nothing")
async def try_campaign_content(actor: Actor, body: ContentTryIn) -> TriedContent:
    stores_of(actor, "campaigns.draft")
    coupon = await saying.coupon_facts(body.coupon_template_id, None)
    return await trying.tried(body.words.content(), channel_of(body.channel), coupon)


class LibraryQuery(Schema):
    """Which entries, and after which to continue; `q` is part of the name or of the words."""

    q: str = Field(default="", max_length=40)
    is_retired: bool = False
    channel: ChannelName | None = None
    cursor: Cursor | None = None


class LibraryEntryIn(Schema):
    """An entry's name, whether it is out of use, and the version that was seen."""

    name: str = Field(min_length=1, max_length=30)
    is_retired: bool
    version: Version


@api.get("/campaign-contents", summary="内容库: contents that were approved, the newest first")
async def list_campaign_contents(actor: Actor, query: LibraryQuery) -> Page[LibraryRow]:
    rows = await library.of_reader(
        actor,
        search=query.q,
        is_retired=query.is_retired,
        channel=query.channel,
        before_id=int(query.cursor) if query.cursor else None,
        limit=library.PAGE + 1,
    )
    items = rows[: library.PAGE]
    return Page[LibraryRow](items=items, next_cursor=str(items[-1].id) if len(rows) > library.PAGE else None)


@api.put("/campaign-contents/{library_entry_id}", summary="Name an entry of the library, retire it or take it up again")
async def change_campaign_content(actor: Actor, library_entry_id: int, body: LibraryEntryIn) -> LibraryRow:
    return await library.change(
        actor, library_entry_id, name=body.name.strip(), is_retired=body.is_retired, expected_version=body.version
    )
