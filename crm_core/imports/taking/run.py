"""What every taker is given: where the rows come from, the dealer's own lists, and the journal of what is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Self

from crm_core.imports.codes import Code
from crm_core.imports.journal import Journal
from crm_core.imports.layout import Layout
from crm_core.imports.marks import Marks
from crm_core.imports.models import ImportJob
from crm_core.vehicles.models import Powertrain
from foundation import database

WRITE_LOCK: Final = "imports:rows"
"""Held by whoever writes rows of customers and cars by the hundred, for the length of a transaction: two who bring the
same customer at once would each make one."""
OTHER_MODEL: Final = "OTHER"
"""其他车型: where cars stand whose model nobody has matched yet; the text of the file is kept with the car."""


@dataclass(frozen=True)
class Model:
    """A model of the catalogue, with the text it is found by."""

    id: int
    name: str
    """Series and trim without blanks, in lower case."""


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
    staff: tuple[Member, ...]
    stores: tuple[Place, ...]
    reach: frozenset[int] | None
    """The stores the importer may write to; None is all."""

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
        for one in self.staff:
            if one.userid == wanted.lower():
                return one
        named = [one for one in self.staff if one.name == wanted and one.store_id == store_id]
        return named[0] if len(named) == 1 else None


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

    @property
    def store_id(self) -> int:
        """Where rows belong that name no store."""
        return self.origin.store_id

    def agree(self, key: str, marks: Marks) -> None:
        """Remember what is on file now as a row of this customer number or VIN tells it."""
        if key:
            self.agreed[key] = {**self.agreed.get(key, {}), **marks}

    def is_out_of_reach(self, store_id: int | None) -> bool:
        """Whether a customer or car at home in this store is left alone."""
        reach = self.lists.reach
        return self.origin.keeps_to_reach and store_id is not None and reach is not None and store_id not in reach

    def mapped(self, field_name: str, text: str) -> str | None:
        """What a person said this text means."""
        return self.origin.value_maps.get(field_name, {}).get(text)


async def read_lists(reach: frozenset[int] | None) -> Lists:
    """The dealer's lists as they are now; 其他车型 is made when it is not there."""
    models = await database.fetch("SELECT id, code, series, trim FROM vehicle_model ORDER BY id")
    other: int | None = next((model["id"] for model in models if model["code"] == OTHER_MODEL), None)
    if other is None:
        other = await database.fetch_value(
            "INSERT INTO vehicle_model (code, series, trim, powertrain, guide_price_fen, first_interval_km, "
            "  first_interval_months, interval_km, interval_months) "
            "VALUES ($1, '其他车型', '', $2, 0, 5000, 6, 10000, 12) "
            "ON CONFLICT (code) DO UPDATE SET code = excluded.code RETURNING id",
            OTHER_MODEL,
            Powertrain.PETROL.value,
        )
    staff = await database.fetch("SELECT id, userid, name, store_id FROM staff WHERE is_active ORDER BY id")
    stores = await database.fetch("SELECT id, code, name, short_name FROM store ORDER BY id")
    assert other is not None
    return Lists(
        tuple(
            Model(model["id"], "".join((model["series"] + model["trim"]).split()).lower())
            for model in models
            if model["code"] != OTHER_MODEL
        ),
        other,
        tuple(Member(**member) for member in staff),
        tuple(Place(**store) for store in stores),
        reach,
    )


async def next_ids(table: str, how_many: int) -> list[int]:
    """So many numbers of a table's sequence."""
    if how_many == 0:
        return []
    rows = await database.executor().fetch(
        f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) AS id FROM generate_series(1, $1)", how_many
    )
    return [row["id"] for row in rows]


async def write(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Many rows of one table, as fast as the database takes them."""
    if rows:
        await database.executor().copy_records_to_table(table, records=rows, columns=list(columns))
