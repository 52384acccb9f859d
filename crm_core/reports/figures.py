"""The figures of stores and people, reckoned from the rows in one statement."""

from datetime import date, datetime

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.stores import StoreEntry
from crm_core.reports import rules
from crm_core.reports.asked import Parameter, parameters, stores_of
from crm_core.reports.basis import PARAMETERS, union
from crm_core.reports.definitions import DEFINITIONS, Definition, Kpi
from crm_core.reports.rules import Better, By, Colour, Period, Span, Unit
from foundation import clock
from foundation.reading import Query, read_model

MONTHS = 6
"""As many months the trend shows."""


@read_model
class Figure:
    """What an indicator comes to: `value` in the smallest part of its unit, None where there is nothing to divide by.
    `rows` is how many its list shows.
    """

    value: int | None
    part: int
    whole: int
    rows: int


@read_model
class KpiFigures:
    """One indicator of one store, with its target for this month."""

    kpi: Kpi
    today: Figure
    month: Figure
    before: Figure
    target: int | None
    attainment: int | None
    colour: Colour


@read_model
class StoreFigures:
    """One store."""

    store_id: int
    store: str
    figures: list[KpiFigures]


@read_model
class KpiDefinition:
    """How an indicator is reckoned, in words."""

    kpi: Kpi
    word: str
    formula: str
    reference: str
    version: int
    unit: Unit
    better: Better
    by: By
    counted: str
    not_counted: str


@read_model
class Board:
    """Every store the reader may see, counted up to a minute. `month` is its first day; `before_until` is where the
    span of last month ends.
    """

    as_of: datetime
    month: date
    before_until: datetime
    definitions: list[KpiDefinition]
    stores: list[StoreFigures]


@read_model
class PersonFigure:
    """One indicator of one person this month."""

    kpi: Kpi
    figure: Figure


@read_model
class PersonFigures:
    """One person: an advisor or a technician."""

    staff_id: int
    name: str
    by: By
    figures: list[PersonFigure]


@read_model
class MonthFigures:
    """One indicator of one store in one month; the running one so far."""

    kpi: Kpi
    store_id: int
    month: date
    figure: Figure


@read_model
class _Sums:
    kpi: Kpi
    of_id: int
    """Whose: a store or a member of staff."""
    name: str
    today_part: int
    today_whole: int
    today_rows: int
    month_part: int
    month_whole: int
    month_rows: int
    before_part: int
    before_whole: int
    before_rows: int


@read_model
class _MonthSums:
    kpi: Kpi
    store_id: int
    month: date
    part: int
    whole: int
    rows: int


@read_model
class _Target:
    store_id: int
    kpi: Kpi
    target: int


_IS_LISTED = "coalesce(b.order_id, b.appointment_id, b.complaint_id) IS NOT NULL"
_SPANS = {"today": "b.at >= $9 AND b.at < $3", "month": "b.at >= $10 AND b.at < $3", "before": "b.at < $11"}
_SUMS = ", ".join(
    f"coalesce(sum(b.part) FILTER (WHERE {span}), 0)::bigint AS {name}_part, "
    f"coalesce(sum(b.whole) FILTER (WHERE {span}), 0)::bigint AS {name}_whole, "
    f"count(*) FILTER (WHERE {span} AND {_IS_LISTED}) AS {name}_rows"
    for name, span in _SPANS.items()
)
_OF_STORES = Query(
    _Sums,
    f"""
    SELECT b.kpi, b.store_id AS of_id, '' AS name, {_SUMS} FROM ({union()}) b
    WHERE {PARAMETERS} AND $9::timestamptz IS NOT NULL AND $10::timestamptz IS NOT NULL AND $11::timestamptz IS NOT NULL
    GROUP BY b.kpi, b.store_id
    """,
)
_OF_PEOPLE = Query(
    _Sums,
    f"""
    SELECT b.kpi, b.staff_id AS of_id, p.name, {_SUMS} FROM ({union()}) b JOIN staff p ON p.id = b.staff_id
    WHERE {PARAMETERS} AND $9::timestamptz IS NOT NULL AND $10::timestamptz IS NOT NULL AND $11::timestamptz IS NOT NULL
    GROUP BY b.kpi, b.staff_id, p.name ORDER BY p.name, b.staff_id, b.kpi
    """,
)
_OF_MONTHS = Query(
    _MonthSums,
    f"""
    SELECT b.kpi, b.store_id, date_trunc('month', b.at AT TIME ZONE 'Asia/Shanghai')::date AS month,
           coalesce(sum(b.part), 0)::bigint AS part, coalesce(sum(b.whole), 0)::bigint AS whole,
           count(*) FILTER (WHERE {_IS_LISTED}) AS rows
    FROM ({union()}) b WHERE {PARAMETERS} GROUP BY 1, 2, 3 ORDER BY 3
    """,
)
_TARGETS = Query(
    _Target,
    """
    SELECT DISTINCT ON (s.id, t.kpi) s.id AS store_id, t.kpi, t.target
    FROM store s JOIN kpi_target t ON t.store_id = s.id OR t.store_id IS NULL
    WHERE s.id = ANY($1) AND t.is_active AND t.valid_from <= $2
    ORDER BY s.id, t.kpi, t.store_id NULLS LAST, t.valid_from DESC
    """,
)


async def of_reader(actor: Actor) -> Board:
    """The figures of every store the actor may read: today, this month, last month to the same minute, and targets.

    Raises:
        NotAllowed.
    """
    stores = await stores_of(actor)
    now = rules.to_the_minute(clock.now())
    spans = rules.spans(now)
    month = clock.local(now).date().replace(day=1)
    sums = {(each.of_id, each.kpi): each for each in await _OF_STORES.all(*await _asked(stores, spans, now))}
    targets = {(each.store_id, each.kpi): each.target for each in await _TARGETS.all([s.id for s in stores], month)}
    passed = rules.passed(now)

    def figures(store_id: int, kpi: Kpi) -> KpiFigures:
        return _figures(kpi, sums.get((store_id, kpi)), targets.get((store_id, kpi)), passed)

    return Board(
        as_of=now,
        month=month,
        before_until=spans[Period.BEFORE].until,
        definitions=[_told(kpi, definition) for kpi, definition in DEFINITIONS.items()],
        stores=[StoreFigures(each.id, each.short_name, [figures(each.id, kpi) for kpi in Kpi]) for each in stores],
    )


async def of_people(actor: Actor, store_id: int) -> list[PersonFigures]:
    """What each advisor and technician of a store did this month: the indicators that are told person by person.

    Raises:
        NotAllowed.
    """
    stores = await stores_of(actor, store_id)
    now = rules.to_the_minute(clock.now())
    sums = await _OF_PEOPLE.all(*await _asked(stores, rules.spans(now), now))
    people: dict[tuple[By, int, str], list[PersonFigure]] = {}
    for each in sums:
        if each.month_rows and DEFINITIONS[each.kpi].by is not By.NOBODY:
            figures = people.setdefault((DEFINITIONS[each.kpi].by, each.of_id, each.name), [])
            figures.append(PersonFigure(each.kpi, _month(each)))
    return [PersonFigures(staff_id, name, by, figures) for (by, staff_id, name), figures in people.items()]


async def of_months(actor: Actor, store_id: int) -> list[MonthFigures]:
    """A store's figures of the last months, oldest first.

    Raises:
        NotAllowed.
    """
    stores = await stores_of(actor, store_id)
    now = rules.to_the_minute(clock.now())
    span = Span(clock.at(rules.first_of(MONTHS - 1, clock.local(now).date())), now)
    return [
        MonthFigures(each.kpi, each.store_id, each.month, figure_of(each.kpi, each.part, each.whole, each.rows))
        for each in await _OF_MONTHS.all(*await parameters(stores, span, now))
    ]


def figure_of(kpi: Kpi, part: int, whole: int, rows: int) -> Figure:
    """An indicator's figure from its sums."""
    return Figure(rules.value(DEFINITIONS[kpi].unit, part, whole), part, whole, rows)


async def _asked(stores: list[StoreEntry], spans: dict[Period, Span], now: datetime) -> list[Parameter]:
    whole = Span(spans[Period.BEFORE].since, now)
    return [
        *await parameters(stores, whole, now),
        spans[Period.TODAY].since,
        spans[Period.MONTH].since,
        spans[Period.BEFORE].until,
    ]


def _figures(kpi: Kpi, sums: _Sums | None, target: int | None, passed: float) -> KpiFigures:
    definition = DEFINITIONS[kpi]
    none = figure_of(kpi, 0, 0, 0)
    month = none if sums is None else _month(sums)
    goal = None if target is None else rules.target_value(definition.unit, target)
    return KpiFigures(
        kpi=kpi,
        today=none if sums is None else figure_of(kpi, sums.today_part, sums.today_whole, sums.today_rows),
        month=month,
        before=none if sums is None else figure_of(kpi, sums.before_part, sums.before_whole, sums.before_rows),
        target=goal,
        attainment=rules.attainment(definition.better, month.value, goal),
        colour=rules.colour(
            definition.better, month.value, goal, passed=passed if definition.unit is Unit.COUNT else 1.0
        ),
    )


def _month(sums: _Sums) -> Figure:
    return figure_of(sums.kpi, sums.month_part, sums.month_whole, sums.month_rows)


def _told(kpi: Kpi, of: Definition) -> KpiDefinition:
    return KpiDefinition(
        kpi, of.word, of.formula, of.reference, of.version, of.unit, of.better, of.by, of.counted, of.not_counted
    )
