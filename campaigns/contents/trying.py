"""Words while a marketer writes them: what they may consist of, what is wrong with them, and how people would see them.

Nothing of it is kept.
"""

from collections.abc import Sequence

from campaigns import own_words
from campaigns.contents import forbidding
from campaigns.contents.showing import ShownAttachment, shown
from campaigns.mass_channels import MassChannel
from campaigns.own_words import COUPON_FACTS, PAGES, AttachmentKind, Carries, Content, Problem
from crm_core.wording.catalogue import catalogue
from crm_core.wording.facts import Fact, Facts
from foundation.reading import read_model


@read_model
class Variable:
    """A variable by the word that stands for it in braces, with an example, and how long its value may become in the
    unit of the channel; `of_coupon` is one about the coupon.
    """

    word: str
    example: str
    longest: int
    of_coupon: bool


@read_model
class CardPage:
    """A page of the mini program that a card may open."""

    page: str
    name: str


@read_model
class ContentKit:
    """What the messages of a channel may consist of. The words have to contain one of `opt_out`."""

    channel: str
    variables: list[Variable]
    opt_out: list[str]
    longest: int
    in_bytes: bool
    kinds: list[AttachmentKind]
    most_attachments: int
    pages: list[CardPage]


@read_model
class TriedContent:
    """What is wrong with words, and what people would get."""

    problems: list[Problem]
    text: str
    attachments: list[ShownAttachment]


def kit(channel: MassChannel) -> ContentKit:
    """What a marketer may write for the channel."""
    return kit_of(channel.name, channel.carries)


def kit_of(name: str, carries: Carries) -> ContentKit:
    """What a marketer may write for what carries this."""
    return ContentKit(
        channel=name,
        variables=[_variable(fact, carries) for fact in own_words.variables(carries, has_coupon=True)],
        opt_out=list(carries.opt_out),
        longest=carries.longest,
        in_bytes=carries.in_bytes,
        kinds=sorted(carries.kinds),
        most_attachments=carries.most_attachments,
        pages=[CardPage(page, word) for page, word in PAGES.items()] if carries.kinds else [],
    )


def _variable(fact: Fact, carries: Carries) -> Variable:
    longest = carries.measured(str(fact.longest_value()))
    return Variable(fact.word, str(fact.example), longest, of_coupon=fact.name in COUPON_FACTS)


async def tried(content: Content, channel: MassChannel, coupon: Facts) -> TriedContent:
    """The content with the facts of its coupon, which are none if it gives none, and examples of all others."""
    return await tried_for(content, channel.carries, coupon)


async def tried_for(content: Content, carries: Carries, coupon: Facts, more: Sequence[Problem] = ()) -> TriedContent:
    """The same for what carries this; `more` is what else is wrong with it."""
    has_coupon = bool(coupon)
    examples = {name: catalogue().vocabulary[name].example for name in carries.variables}
    filled = own_words.fill_known(content, examples | dict(coupon))
    forbidden = await forbidding.words()
    return TriedContent(
        problems=[
            *own_words.located_problems(content, carries, has_coupon=has_coupon, forbidden=forbidden),
            *more,
        ],
        text=filled.text,
        attachments=shown(filled.attachments),
    )
