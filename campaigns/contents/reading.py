"""The content of a broadcast in SQL, for the statements that read broadcasts and their tasks."""

from typing import Final

from campaigns.contents import shipped
from campaigns.mass_channels import MassChannel
from campaigns.own_words import Attachment, Content
from crm_core.wording.facts import Facts
from foundation.reading import as_json, listed

_ATTACHED: Final = (
    f"(SELECT {listed(Attachment, 'a', order='a.position')} FROM campaign_attachment a WHERE a.content_id = w.id)"
)


def words_of(content_id: str) -> str:
    """SQL for the content with this id, an SQL expression; null if there is none, as for a broadcast of the time before
    contents were kept.
    """
    return f"(SELECT {as_json(Content, 'w', attachments=_ATTACHED)} FROM campaign_content w WHERE w.id = {content_id})"


def said(words: Content | None, template: str, channel: MassChannel, facts: Facts) -> Content:
    """What a broadcast says: the words kept for it, or those its shipped message has now.

    Raises:
        MessageProblem: it has no words, and no message either.
    """
    return words or shipped.content_of(template, channel, str(facts.get("season_line", "")))
