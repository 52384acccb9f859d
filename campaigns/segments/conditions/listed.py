"""The condition on fixed lists: who was in a group at one moment, or stood in a file."""

from typing import Annotated, Literal

from pydantic import Field

from campaigns.segments.conditions.base import MOST_VALUES, NO_NAMES, Condition, Names, names_or
from campaigns.sql import Parameters
from foundation.fields import Id


class InFixedList(Condition):
    """固定名单: is in one of the lists, or in none of them."""

    label = "固定名单"
    field: Literal["fixed_list"]
    list_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=MOST_VALUES)]
    value: bool = True

    def where(self, to: Parameters) -> str:
        exists = (
            "EXISTS (SELECT 1 FROM fixed_list_member w WHERE w.customer_id = c.id "
            f"AND w.fixed_list_id = ANY({to.add(list(self.list_ids), 'bigint[]')}))"
        )
        return exists if self.value else f"NOT {exists}"

    def words(self) -> str:
        return self.said(NO_NAMES)

    def said(self, names: Names) -> str:
        which = names_or("指定的固定名单", names.lists, self.list_ids)
        return f"{'在' if self.value else '不在'}{which}里"
