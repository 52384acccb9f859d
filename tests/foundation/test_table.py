"""The class behind every table."""

import importlib

import pytest
from tortoise import fields
from tortoise.exceptions import FieldError
from tortoise.models import Model

from app import rooms
from crm_core.customers.friend_pulls.models import FriendPull, FriendWalk
from crm_core.customers.friend_pulls.rules import WalkState
from crm_core.dealerships.models import Role
from crm_core.vehicles.models import Vehicle
from foundation import clock
from foundation.table import Table
from tests import factories as make


@pytest.mark.parametrize("module", rooms.models())
def test_every_table_is_declared_by_it(module: str) -> None:
    named = vars(importlib.import_module(module)).values()
    models = [value for value in named if isinstance(value, type) and issubclass(value, Model)]
    assert models
    assert [model.__name__ for model in models if not issubclass(model, Table)] == []


def test_a_table_is_declared_without_reading_its_source() -> None:
    class Shelf(Table):
        #: Tortoise would copy this sentence.
        height = fields.IntField()

    assert Shelf._meta.fields_map["height"].description is None


def test_no_condition_is_worked_out_before_one_is_used(database) -> None:
    class Drawer(Table):
        width = fields.IntField()

    Drawer._meta.default_connection = "default"

    assert dict(Drawer._meta.filters) == {}
    assert Drawer._meta._filters == {}
    assert "width__gte" in Drawer._meta.filters
    assert "width__nonsense" not in Drawer._meta.filters
    assert "height" not in Drawer._meta.filters
    assert not [key for key in Drawer._meta.filters if not key.startswith("width")]


async def test_every_kind_of_condition_is_understood_when_it_is_first_used(database) -> None:
    staff = await make.make_staff(Role.SC)
    pull = await FriendPull.create(started_at=clock.now())
    walk = await FriendWalk.create(pull_id=pull.id, staff_id=staff.id, state=WalkState.HELD, started_at=clock.now())
    for conditions in (
        {"pk": walk.id},
        {"id__in": [walk.id]},
        {"pull": pull},
        {"pull_id": pull.id},
        {"pull__started_at__lte": clock.now()},
        {"pull__listed_at": None},
        {"pull__ended_at__isnull": True},
        {"state__not_in": [WalkState.READ]},
        {"cursor__startswith": ""},
    ):
        assert [row.id for row in await FriendWalk.filter(**conditions)] == [walk.id], conditions
        assert not await FriendWalk.exclude(**conditions), conditions
    with pytest.raises(FieldError):
        await FriendWalk.filter(colour="red")
    assert await Vehicle.filter(model__series__contains="x").count() == 0
