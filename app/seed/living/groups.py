"""What a marketer keeps besides: a list from the motor show, two rows of which led to nobody, and a frozen group."""

from typing import Final

from app.seed.living.crew import Crew
from campaigns.segments.lists import making
from campaigns.segments.lists.errors import NobodyInList
from crm_core.dealerships.models import Role
from foundation import database

_AT_THE_SHOW: Final = 12
_STRANGER: Final = "15900000000"
_SAID_OF_THEMSELVES: Final = """
UPDATE customer c SET city = s.city, birthday = CASE WHEN c.id % 3 = 0 THEN ''
  WHEN c.id % 3 = 1 THEN to_char(date '2024-01-01' + (c.id * 37 % 366)::int, 'MM-DD')
  ELSE to_char(date '1970-01-01' + (c.id * 131 % 11000)::int, 'YYYY-MM-DD') END
FROM store s WHERE s.id = c.home_store_id AND c.home_store_id = $1 AND c.merged_into_id IS NULL AND NOT c.is_company
"""


async def make(crew: Crew) -> None:
    """The two lists of the store."""
    author = crew.people(Role.MKT)[-1]
    await database.execute(_SAID_OF_THEMSELVES, crew.store.id)
    phones = await database.fetch(
        "SELECT phone FROM customer WHERE home_store_id = $1 AND phone IS NOT NULL AND merged_into_id IS NULL "
        "ORDER BY id LIMIT $2",
        crew.store.id,
        _AT_THE_SHOW,
    )
    if not phones:
        return
    rows = ["姓名,手机号", *(f"车展来宾,{row['phone']}" for row in phones), f"车展来宾,{_STRANGER}", "没留电话的来宾,"]
    long_unseen = {"field": "last_visit_days_ago", "at_least_days": 180}
    try:
        await making.bring(author, name="车展留资", file_name="车展留资.csv", content="\n".join(rows).encode())
        await making.freeze(author, name="入冬前半年没来的", definition={"match": "all", "items": [long_unseen]})
    except NobodyInList:
        return
