"""What a Moment may consist of (WeCom doc 95094)."""

from typing import Final

from campaigns.own_words import AttachmentKind, Carries, Content, Problem

NAME: Final = "MOMENTS"
"""What `campaign_content.channel` stores for the words of a Moment."""
CARRIES: Final = Carries(
    longest=4000,
    in_bytes=True,
    opt_out=(),
    kinds=frozenset({AttachmentKind.PICTURE, AttachmentKind.LINK}),
    most_attachments=9,
)
"""All members publish the same words, so these name no store."""
TEXT_CHARS: Final = 2000
LINK_TITLE_CHARS: Final = 64


def problems(content: Content) -> list[Problem]:
    """What is wrong with it beside what every content must be."""
    found = []
    if len(content.text) > TEXT_CHARS:
        found.append(Problem(f"朋友圈的文字最长 {TEXT_CHARS} 字", 0))
    links = [place for place, one in enumerate(content.attachments, 1) if one.kind is AttachmentKind.LINK]
    if links and len(content.attachments) > 1:
        found.append(Problem("朋友圈只能带图片（最多 9 张），或者一个链接，不能都带", 0))
    for place in links:
        link = content.attachments[place - 1]
        if len(link.title) > LINK_TITLE_CHARS:
            found.append(Problem(f"朋友圈的链接标题最长 {LINK_TITLE_CHARS} 字", place))
        if link.description:
            found.append(Problem("朋友圈不显示链接说明，请清空", place))
    return found
