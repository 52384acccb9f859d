"""Writing a content."""

from collections.abc import Sequence

from campaigns.ad_words import forbidden_words
from campaigns.contents import forbidding
from campaigns.contents.errors import ContentNotAccepted
from campaigns.contents.models import CampaignAttachment, CampaignContent
from campaigns.mass_channels import MassChannel
from campaigns.own_words import Carries, Content, content_hash, problems
from crm_core.dealerships.actors import Actor
from foundation import clock


async def check(content: Content, channel: MassChannel, *, has_coupon: bool) -> None:
    """Check that the content may go out by the channel.

    Raises:
        ContentNotAccepted: it may not; the sentence says everything that is to be changed.
    """
    await check_carried(content, channel.carries, has_coupon=has_coupon)


async def check_carried(content: Content, carries: Carries, *, has_coupon: bool, more: Sequence[str] = ()) -> None:
    """Check what a content consists of; `more` is what else is wrong with it.

    Raises:
        ContentNotAccepted: it may not go out; the sentence says everything that is to be changed.
    """
    forbidden = await forbidding.words()
    if found := [*problems(content, carries, has_coupon=has_coupon, forbidden=forbidden), *more]:
        raise ContentNotAccepted(f"{'；'.join(found)}。", problems=found, words=forbidden_words(content.text))


async def write(actor: Actor, content: Content, channel: str, *, instead_of: int | None = None) -> int:
    """Keep a checked content in the running transaction, and return its id; that of `instead_of` if it says the
    same.
    """
    says = content_hash(content, channel)
    if instead_of is not None and await CampaignContent.exists(id=instead_of, content_hash=says):
        return instead_of
    written = await CampaignContent.create(
        channel=channel, text=content.text, content_hash=says, written_by=actor.id, written_at=clock.now()
    )
    for position, one in enumerate(content.attachments, start=1):
        await CampaignAttachment.create(
            content_id=written.id,
            position=position,
            kind=one.kind,
            title=one.title,
            target=one.target,
            description=one.description,
            picture=one.picture,
        )
    return int(written.id)
