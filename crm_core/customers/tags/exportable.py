"""The list of tags as a file."""

from collections.abc import AsyncIterator

from crm_core.customers.tags import queries
from crm_core.customers.tags.queries import TagRow
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable


@exportable(
    "tags",
    title="标签",
    action="tags.read",
    columns={"group_name": "标签组", "name": "标签", "people": "多少人有", "by_rule": "自动贴的", "state": "企业微信"},
)
async def tags(actor: Actor, question: Question) -> AsyncIterator[TagRow]:
    """All of them, with the people of the reader's stores."""
    for row in await queries.of_reader(actor):
        yield row
