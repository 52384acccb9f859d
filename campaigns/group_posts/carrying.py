"""What a post in customer groups may consist of (WeCom doc 92135)."""

from dataclasses import replace
from typing import Final

from campaigns.contents.trying import ContentKit, kit_of
from campaigns.own_words import GIFT_PAGE, AttachmentKind, Carries, Content, Problem
from crm_core.wording import limits

NAME: Final = "WECOM_GROUP"
"""What `campaign_content.channel` stores for the words of a post."""
CARRIES: Final = Carries(
    longest=limits.GROUP_SEND_TEXT_BYTES,
    in_bytes=True,
    opt_out=(),
    variables=frozenset({"store_short"}),
    kinds=frozenset(AttachmentKind),
    most_attachments=limits.ATTACHMENTS,
    read_together_in="客户群",
)
"""Each owner sends their own task, so the words may name their store; they need not, since the group shows its name."""


def kit() -> ContentKit:
    """What a marketer may write."""
    whole = kit_of(NAME, CARRIES)
    return replace(
        whole,
        variables=[one for one in whole.variables if not one.of_coupon],
        pages=[page for page in whole.pages if page.page != GIFT_PAGE],
    )


def problems(content: Content) -> list[Problem]:
    """What is wrong with it beside what every content must be."""
    return [
        Problem("「领券和预约」要从发给一个人的群发打开，客户群里请换一页", place)
        for place, one in enumerate(content.attachments, 1)
        if one.target == GIFT_PAGE
    ]
