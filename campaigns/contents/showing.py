"""What hangs below the words of a content, for screens."""

from campaigns.own_words import PAGES, Attachment, AttachmentKind
from foundation.media_links import signed
from foundation.reading import read_model


@read_model
class ShownAttachment:
    """An attachment as people see it; `leads_to` is the name of a page of the mini program, or an address.

    `picture_url` is null where the group's usual picture is shown, or none.
    """

    kind: AttachmentKind
    title: str
    description: str
    leads_to: str
    picture_url: str | None


def shown(attachments: list[Attachment]) -> list[ShownAttachment]:
    """The attachments, with signed addresses of their pictures."""
    return [
        ShownAttachment(
            kind=one.kind,
            title=one.title,
            description=one.description,
            leads_to=PAGES.get(one.target, one.target),
            picture_url=signed(one.picture) if one.picture else None,
        )
        for one in attachments
    ]
