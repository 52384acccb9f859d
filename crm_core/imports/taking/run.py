"""What every taker is given: where the rows come from, the dealer's own lists, and the journal of what is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final, Self

import orjson

from crm_core.custom_fields import filling
from crm_core.custom_fields.filling import LiveField
from crm_core.imports import own_fields
from crm_core.imports.codes import Code
from crm_core.imports.journal import Change, Columns, Journal
from crm_core.imports.layout import Layout
from crm_core.imports.marks import Marks, mark
from crm_core.imports.models import ImportJob
from crm_core.imports.models_known import Model, model_of
from crm_core.policies.current import group_policy
from crm_core.vehicles.models import Powertrain
from crm_core.vehicles.next_service import Interval, NextServicePolicy, ServicePlan, predict_next_service
from foundation import database
from foundation.reading import Query, read_model

WRITE_LOCK: Final = "imports:rows"
"""Held by whoever writes rows of customers and cars by the hundred, for the length of a transaction: two who bring the
same customer at once would each make one."""
OTHER_MODEL: Final = "OTHER"
"""其他车型: where cars stand whose model nobody has matched yet; the text of the file is kept with the car."""


@dataclass(frozen=True)
class Member:
    """A member of staff as a file may name them."""

    id: int
    userid: str
    name: str
    store_id: int | None


@dataclass(frozen=True)
class Place:
    """A store as a file may name it."""

    id: int
    code: str
    name: str
    short_name: str


@dataclass(frozen=True)
class Lists:
    """What the dealer already has and rows refer to by a word. Read once for each step of an import."""

    models: tuple[Model, ...]
    other_model_id: int
    first_services: Mapping[int, Interval]
    """Of each model, 其他车型 included, when its first service is due."""
    next_service: NextServicePolicy
    staff: tuple[Member, ...]
    stores: tuple[Place, ...]
    reach: frozenset[int] | None
    """The stores the importer may write to; None is all."""
    own: tuple[LiveField, ...] = ()
    """The custom fields of the group and of every store."""

    def own_of(self, store_id: int | None) -> list[LiveField]:
        """The custom fields a customer or car at home in this store may have."""
        return [field for field in self.own if field.store_id in (None, store_id)]

    @cached_property
    def own_by_key(self) -> Mapping[str, LiveField]:
        """By what their columns are taken for."""
        return own_fields.by_key(self.own)

    def store(self, text: str) -> Place | None:
        """By code, name or short name."""
        wanted = "".join(text.split()).lower()
        return next((s for s in self.stores if wanted in (s.code.lower(), s.name.lower(), s.short_name.lower())), None)

    def store_of(self, text: str | None, otherwise_id: int) -> tuple[int | None, tuple[Code, ...]]:
        """The store a row belongs to, and why it is kept out when that is none the importer may write to."""
        if not text:
            return otherwise_id, ()
        place = self.store(text)
        if place is None:
            return None, (Code.STORE_UNKNOWN,)
        if self.reach is not None and place.id not in self.reach:
            return None, (Code.STORE_OUT_OF_REACH,)
        return place.id, ()

    def member(self, text: str | None, store_id: int | None) -> Member | None:
        """By userid, else by name among those of the store, if only one has it."""
        if not text:
            return None
        wanted = "".join(text.split())
        named = self._by_name.get((wanted, store_id), ())
        return self._by_userid.get(wanted.lower()) or (named[0] if len(named) == 1 else None)

    @cached_property
    def _by_userid(self) -> dict[str, Member]:
        return {one.userid: one for one in self.staff}

    @cached_property
    def _by_name(self) -> dict[tuple[str, int | None], list[Member]]:
        found: dict[tuple[str, int | None], list[Member]] = {}
        for one in self.staff:
            found.setdefault((one.name, one.store_id), []).append(one)
        return found


async def no_lists() -> Lists:
    """For rows that refer to none of them."""
    return Lists((), 0, {}, await group_policy(NextServicePolicy), (), (), None)


@dataclass(frozen=True)
class Origin:
    """Where rows come from: a file that somebody brings, or another program that calls the partners' door."""

    store_id: int
    """Where rows belong that name no store."""
    source_system: str
    """Which program's numbers the rows carry."""
    import_job_id: int | None = None
    by_id: int | None = None
    """The member of staff who brings them; None for a program."""
    accepts_unchecked_vins: bool = False
    value_maps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    keeps_to_reach: bool = False
    """Whether customers and cars at home in a store out of reach are left alone. A person sees whom a row means
    before they take it; a program does not."""

    @property
    def is_program(self) -> bool:
        """Whether no file is brought."""
        return self.import_job_id is None

    @classmethod
    def of(cls, job: ImportJob) -> Self:
        """A file."""
        return cls(
            store_id=int(job.store_id),
            source_system=job.source_system,
            import_job_id=job.id,
            by_id=int(job.by_id),
            accepts_unchecked_vins=job.accepts_unchecked_vins,
            value_maps=job.value_maps,
        )


@dataclass
class Run:
    """One pass over one sheet."""

    origin: Origin
    lists: Lists
    now: datetime
    today: date
    sheet: int
    layout: Layout
    journal: Journal = field(default_factory=Journal)
    rows_of_order: dict[str, int] = field(default_factory=dict)
    """How many lines of each order were read, also before a dead worker's place."""
    prices: dict[str, str] = field(default_factory=dict)
    """The digest of each price that was read."""
    told: Mapping[str, Marks] = field(default_factory=dict)
    """By customer number or VIN, what the program told the last time: as long as we still have it, it may change it."""
    agreed: dict[str, Marks] = field(default_factory=dict)
    """The same after this pass, for what is on file now as the rows tell it."""
    _models: dict[str | None, tuple[int, tuple[Code, ...]]] = field(default_factory=dict)
    _first_due: dict[tuple[int, date], date | None] = field(default_factory=dict)

    @property
    def store_id(self) -> int:
        """Where rows belong that name no store."""
        return self.origin.store_id

    @cached_property
    def own_columns(self) -> tuple[str, ...]:
        """The columns that hold custom fields."""
        return tuple(name for name in self.layout.places if name.startswith(own_fields.PREFIX))

    def agree(self, key: str, columns: Columns) -> None:
        """Remember what is on file now as a row of this customer number or VIN tells it. Files are not asked again."""
        if key and self.origin.is_program:
            marks = {column: mark(value) for column, value in columns.items()}
            self.agreed[key] = {**self.agreed.get(key, {}), **marks}

    def is_out_of_reach(self, store_id: int | None) -> bool:
        """Whether a customer or car at home in this store is left alone."""
        reach = self.lists.reach
        return self.origin.keeps_to_reach and store_id is not None and reach is not None and store_id not in reach

    def model_of(self, text: str | None) -> tuple[int, tuple[Code, ...]]:
        """The model a text means, as a person said or as the catalogue has it, looked up once for each text."""
        if text not in self._models:
            said = self.mapped("model", text or "")
            found = model_of(text, self.lists.models, self.lists.other_model_id)
            self._models[text] = (int(said), ()) if said is not None else found
        return self._models[text]

    def first_due(self, model_id: int, delivered_on: date | None) -> date | None:
        """When a car of this model that nobody has seen yet is due: by its delivery alone."""
        if delivered_on is None:
            return None
        if (model_id, delivered_on) not in self._first_due:
            first = self.lists.first_services[model_id]
            plan = ServicePlan(first=first, regular=first)
            due = predict_next_service((), plan, delivered_on=delivered_on, policy=self.lists.next_service)
            self._first_due[model_id, delivered_on] = due.due_on if due else None
        return self._first_due[model_id, delivered_on]

    def mapped(self, field_name: str, text: str) -> str | None:
        """What a person said this text means."""
        return self.origin.value_maps.get(field_name, {}).get(text)


@read_model
class _CatalogueModel:
    """A model of the catalogue with its first service."""

    id: int
    code: str
    series: str
    trim: str
    first_interval_km: int
    first_interval_months: int


_CATALOGUE = Query(
    _CatalogueModel,
    "SELECT id, code, series, trim, first_interval_km, first_interval_months FROM vehicle_model ORDER BY id",
)


async def read_lists(reach: frozenset[int] | None) -> Lists:
    """The dealer's lists as they are now; 其他车型 is made when it is not there."""
    models = await _CATALOGUE.all()
    if all(model.code != OTHER_MODEL for model in models):
        await database.execute(
            "INSERT INTO vehicle_model (code, series, trim, powertrain, guide_price_fen, first_interval_km, "
            "  first_interval_months, interval_km, interval_months) "
            "VALUES ($1, '其他车型', '', $2, 0, 5000, 6, 10000, 12) ON CONFLICT (code) DO NOTHING",
            OTHER_MODEL,
            Powertrain.PETROL.value,
        )
        models = await _CATALOGUE.all()
    staff = await database.fetch("SELECT id, userid, name, store_id FROM staff WHERE is_active ORDER BY id")
    stores = await database.fetch("SELECT id, code, name, short_name FROM store ORDER BY id")
    return Lists(
        tuple(
            Model(model.id, "".join((model.series + model.trim).split()).lower())
            for model in models
            if model.code != OTHER_MODEL
        ),
        next(model.id for model in models if model.code == OTHER_MODEL),
        {model.id: Interval(model.first_interval_km, model.first_interval_months) for model in models},
        await group_policy(NextServicePolicy),
        tuple(Member(**member) for member in staff),
        tuple(Place(**store) for store in stores),
        reach,
        tuple(await filling.live()),
    )


async def next_ids(table: str, how_many: int) -> list[int]:
    """So many numbers of a table's sequence."""
    if how_many == 0:
        return []
    ids: list[int] = await database.fetch_value(
        # The sequence is looked up once, not for each number.
        "SELECT array_agg(nextval(s.name)) "
        "FROM (SELECT pg_get_serial_sequence($1, 'id')::regclass AS name OFFSET 0) AS s, generate_series(1, $2)",
        table,
        how_many,
    )
    return ids


async def write(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Many rows of one table, as fast as the database takes them."""
    if rows:
        await database.executor().copy_records_to_table(table, records=rows, columns=list(columns))


async def change(changes: Iterable[Change]) -> None:
    """Rows take the values of `after`, in one statement for all rows of a table with the same columns.

    A row stands there once.
    """
    alike: dict[tuple[str, tuple[str, ...]], list[Columns]] = {}
    for one in changes:
        alike.setdefault((one["table"], tuple(sorted(one["after"]))), []).append({**one["after"], "id": one["id"]})
    for (table, names), rows in alike.items():
        await database.execute(
            f"UPDATE {table} t SET {', '.join(f'{name} = x.{name}' for name in names)} "
            f"FROM jsonb_populate_recordset(NULL::{table}, $1::jsonb) x WHERE t.id = x.id",
            orjson.dumps(rows).decode(),
        )
