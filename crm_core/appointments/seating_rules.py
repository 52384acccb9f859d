"""Pure rules of who stands where: cars in the bays of a day, and technicians on their jobs.

A car keeps its bay from the start of its work to the end, so bays are seated like people at tables: a job that is only
promised may be seated elsewhere to make room, a car that stands somewhere may not. Technicians can take over from each
other, so of them there must be enough at every moment.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from crm_core.dealerships.bay_kind import BayKind

_SEARCHED: Final = 20_000
"""Dead ends after which the search for another seating gives up. A store's day comes nowhere near; the bound keeps a
puzzle made on purpose from holding up a booking.
"""


@dataclass(frozen=True)
class WorkshopBay:
    """A bay that can be used that day."""

    id: int
    kind: BayKind
    name: str = ""


@dataclass(frozen=True)
class Technician:
    """A technician with the skills that are valid that day and the times at which they are there."""

    id: int
    skills: frozenset[str]
    there: tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True)
class Work:
    """Work on a car: a promised or held place, or a job of an open repair order."""

    starts_at: datetime
    ends_at: datetime
    kind: BayKind
    bay_id: int | None = None
    """Where it is seated; None if that is open."""
    is_fixed: bool = False
    """The car stands in that bay, or was planned there by name: it is not seated elsewhere to make room."""
    place_id: int | None = None
    technician_id: int | None = None
    """Who has it; None if anybody with the skill may do it."""
    needs_bay: bool = True
    needs_technician: bool = True
    words: str = ""
    """What staff call it."""

    def meets(self, other: "Work") -> bool:
        """Whether there is a moment at which both are done."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True)
class Seat:
    """A bay for a job, and the bays of the places that are seated elsewhere than they are noted, by place: None for one
    that finds no bay any longer.
    """

    bay_id: int
    moves: Mapping[int, int | None] = field(default_factory=dict)


class Seats:
    """The cars of a day in its bays."""

    def __init__(self, bays: Sequence[WorkshopBay], work: Iterable[Work]) -> None:
        self._bays: dict[BayKind, list[int]] = defaultdict(list)
        for bay in bays:
            self._bays[bay.kind].append(bay.id)
        self._fixed: dict[int, list[Work]] = defaultdict(list)
        self._seated: list[tuple[Work, int]] = []
        self._taken: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
        self._known_free: dict[tuple[datetime, datetime, BayKind], list[int]] = {}
        self.beyond: list[Work] = []
        """Work for which no bay is left, whatever is moved: jobs that take longer than planned, or a bay that was
        closed after its time was promised.
        """
        loose = []
        for each in work:
            if each.needs_bay and each.is_fixed and each.bay_id is not None:
                self._fixed[each.bay_id].append(each)
                self._taken[each.bay_id].append((each.starts_at, each.ends_at))
            elif each.needs_bay:
                loose.append(each)
        homeless = []
        for each in loose:
            if each.bay_id is not None and self._has_room(each.bay_id, each):
                self._sit(each, each.bay_id)
            else:
                homeless.append(each)
        for each in sorted(homeless, key=lambda each: each.starts_at):
            self._take_in(each)

    def seat(self, work: Work) -> Seat | None:
        """A bay for one more job, if any seating of all jobs has room for it; None if there is none.

        Of several free bays it is the one most recently used, so that long gaps in other bays stay free for long jobs.
        """
        if self.beyond_for(work):
            return None
        found = self._seating_with(work)
        if found is None:
            return None
        if len(found) == 1:
            return Seat(found[_NEW], self._moved)
        return Seat(found[_NEW], self._moves(found))

    @cached_property
    def _moved(self) -> dict[int, int | None]:
        """The bays of the places that could not stay where they are noted, before anybody is added."""
        return self._moves({})

    def _moves(self, found: Mapping[int, int]) -> dict[int, int | None]:
        seats = [(each, found.get(number, bay_id)) for number, (each, bay_id) in enumerate(self._seated)]
        return {
            each.place_id: bay_id
            for each, bay_id in [*seats, *((late, None) for late in self.beyond)]
            if each.place_id is not None and each.bay_id != bay_id
        }

    def beyond_for(self, work: Work) -> list[Work]:
        """The jobs without a bay that compete with this one for it: nothing is promised before they have one."""
        fitting = set(work.kind.fitting)
        return [late for late in self.beyond if late.meets(work) and set(late.kind.fitting) & fitting]

    def at_least_free(self, work: Work) -> int:
        """How many bays are free all that time as the cars are seated; another seating may free more."""
        return len(self._free(work))

    def in_the_way(self, work: Work) -> list[Work]:
        """The jobs that take fitting bays at that time, in the order of their starts."""
        fitting = {bay_id for kind in work.kind.fitting for bay_id in self._bays[kind]}
        there = [each for bay_id in fitting for each in self._fixed[bay_id]]
        there += [each for each, bay_id in self._seated if bay_id in fitting]
        there = [each for each in there if each.meets(work)]
        return sorted([*there, *self.beyond_for(work)], key=lambda each: each.starts_at)

    def _take_in(self, work: Work) -> None:
        found = self._seating_with(work)
        if found is None:
            self.beyond.append(work)
            return
        seats = [(each, found.get(number, bay_id)) for number, (each, bay_id) in enumerate(self._seated)]
        if len(found) > 1:
            self._seated = []
            self._taken = defaultdict(list)
            for bay_id, there in self._fixed.items():
                self._taken[bay_id] = [(each.starts_at, each.ends_at) for each in there]
            for each, bay_id in seats:
                self._sit(each, bay_id)
        self._sit(work, found[_NEW])

    def _sit(self, work: Work, bay_id: int) -> None:
        self._seated.append((work, bay_id))
        self._taken[bay_id].append((work.starts_at, work.ends_at))
        self._known_free.clear()

    def _has_room(self, bay_id: int, work: Work) -> bool:
        """Whether the bay can be used, fits and is free all that time."""
        if not any(bay_id in self._bays[kind] for kind in work.kind.fitting):
            return False
        return not any(since < work.ends_at and work.starts_at < until for since, until in self._taken[bay_id])

    def _free(self, work: Work) -> list[int]:
        """The fitting bays that are free all that time: of the most modest kind first, then the most recently used."""
        asked = work.starts_at, work.ends_at, work.kind
        known = self._known_free.get(asked)
        if known is not None:
            return known
        free: list[tuple[int, timedelta, int]] = []
        for modesty, kind in enumerate(work.kind.fitting):
            for bay_id in self._bays[kind]:
                idle = _idle_before(work, self._taken[bay_id])
                if idle is not None:
                    free.append((modesty, idle, bay_id))
        found = self._known_free[asked] = [bay_id for _, _, bay_id in sorted(free)]
        return found

    def _seating_with(self, work: Work) -> dict[int, int] | None:
        free = self._free(work)
        return {_NEW: free[0]} if free else self._rearranged(work)

    def _rearranged(self, work: Work) -> dict[int, int] | None:
        """Bays for the new job (`_NEW`) and for those that compete with it for room, by their number; None if there is
        no such seating.
        """
        if self._is_crowded(work):
            return None
        circle, grows = {_NEW: work}, True
        while grows:
            near = {
                number: each
                for number, (each, _) in enumerate(self._seated)
                if number not in circle
                and any(
                    each.meets(other) and set(each.kind.fitting) & set(other.kind.fitting) for other in circle.values()
                )
            }
            circle |= near
            grows = bool(near)
        order = sorted(circle, key=lambda number: (circle[number].starts_at, circle[number].ends_at, number))
        return self._search(order, circle)

    def _is_crowded(self, work: Work) -> bool:
        """Whether at some moment of that time there are more jobs than bays for them: then nothing need be searched."""
        there = [work, *(each for each, _ in self._seated if each.meets(work))]
        could_take = [self._could_take(each) for each in there]
        for at in {max(each.starts_at, work.starts_at) for each in there}:
            wants = [could_take[n] for n, each in enumerate(there) if each.starts_at <= at < each.ends_at]
            has: dict[int, int] = {}
            if not all(_matched(job, wants, has, set()) for job in range(len(wants))):
                return True
        return False

    def _could_take(self, work: Work) -> list[int]:
        """The fitting bays in which no car stands that has to stay there at that time."""
        bays = (bay_id for kind in work.kind.fitting for bay_id in self._bays[kind])
        return [bay_id for bay_id in bays if not any(each.meets(work) for each in self._fixed[bay_id])]

    def _search(self, order: Sequence[int], circle: Mapping[int, Work]) -> dict[int, int] | None:
        """Seat the jobs one after the other by their starts, and go back where none is free.

        Bays of one kind in which the same cars stand are alike: only one of them is tried, and a situation that was
        found hopeless is not looked at again.
        """
        like = {
            bay_id: (kind.value, tuple((each.starts_at, each.ends_at) for each in self._fixed[bay_id]))
            for kind, bay_ids in self._bays.items()
            for bay_id in bay_ids
        }
        now_in = {number: bay_id for number, (_, bay_id) in enumerate(self._seated)}
        until: dict[int, datetime] = {}
        found: dict[int, int] = {}
        hopeless: set[tuple[object, ...]] = set()

        def rest_fits(at: int) -> bool:
            if at == len(order):
                return True
            number = order[at]
            work = circle[number]
            busy = {bay_id: end for bay_id, end in until.items() if end > work.starts_at}
            situation = (at, tuple(sorted((like[bay_id], end) for bay_id, end in busy.items())))
            if situation in hopeless or len(hopeless) > _SEARCHED:
                return False
            tried = set()
            bays = [bay_id for kind in work.kind.fitting for bay_id in self._bays[kind]]
            for bay_id in sorted(bays, key=lambda bay_id: bay_id != now_in.get(number)):
                if bay_id in busy or like[bay_id] in tried or any(each.meets(work) for each in self._fixed[bay_id]):
                    continue
                tried.add(like[bay_id])
                before = until.get(bay_id)
                until[bay_id], found[number] = work.ends_at, bay_id
                if rest_fits(at + 1):
                    return True
                if before is None:
                    del until[bay_id]
                else:
                    until[bay_id] = before
            hopeless.add(situation)
            return False

        return found if rest_fits(0) else None


_NEW: Final = -1


def _idle_before(work: Work, taken: Sequence[tuple[datetime, datetime]]) -> timedelta | None:
    """For how long a bay has been empty when the work begins; None if it is not free all that time."""
    last = None
    for since, until in taken:
        if until <= work.starts_at:
            last = until if last is None or until > last else last
        elif since < work.ends_at:
            return None
    return timedelta.max if last is None else work.starts_at - last


@dataclass(frozen=True)
class _Moment:
    """From one change to the next: who is there, and which jobs are done."""

    there: tuple[Technician, ...]
    jobs: tuple[Work, ...]


class Crew:
    """The technicians of a day and the jobs they have."""

    def __init__(self, technicians: Sequence[Technician], work: Iterable[Work]) -> None:
        self._technicians = technicians
        self._work = [each for each in work if each.needs_technician]
        moments = {moment for each in self._work for moment in (each.starts_at, each.ends_at)}
        moments |= {moment for each in technicians for span in each.there for moment in span}
        self._moments = sorted(moments)
        self._known: dict[int, _Moment] = {}
        self._margins: dict[tuple[int, BayKind], int] = {}
        self._spare: dict[tuple[int, BayKind], bool] = {}

    def is_skilled(self, kind: BayKind) -> bool:
        """Whether anybody who can do such work is there at any time of the day."""
        return any(kind in each.skills and each.there for each in self._technicians)

    def has_one_for(self, kind: BayKind, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether at every moment of that time somebody can be on one more such job, with all others still served."""
        return all(self._has_spare(number, kind) for number in self._within(starts_at, ends_at))

    def at_least_spare(self, kind: BayKind, starts_at: datetime, ends_at: datetime) -> int:
        """How many could surely be on such jobs all that time, if every other job took one of them."""
        return min(self._margin(number, kind) for number in self._within(starts_at, ends_at))

    def at_least_there(self, kind: BayKind, starts_at: datetime, ends_at: datetime) -> int:
        """How many with that skill are there at every moment of that time."""
        moments = [self._moment(number) for number in self._within(starts_at, ends_at)]
        return min(sum(kind in each.skills for each in moment.there) for moment in moments)

    def on_jobs(self, starts_at: datetime, ends_at: datetime) -> list[Work]:
        """The jobs that take technicians at any moment of that time."""
        return [each for each in self._work if each.starts_at < ends_at and starts_at < each.ends_at]

    def _within(self, starts_at: datetime, ends_at: datetime) -> range:
        """The numbers of the moments that time touches, among them -1 before the first change and one after the last:
        nobody is there at either.
        """
        return range(bisect_right(self._moments, starts_at) - 1, bisect_left(self._moments, ends_at))

    def _moment(self, number: int) -> _Moment:
        known = self._known.get(number)
        if known is None:
            at = self._moments[number] if 0 <= number < len(self._moments) else None
            known = self._known[number] = _Moment(
                tuple(each for each in self._technicians if at and any(a <= at < b for a, b in each.there)),
                tuple(each for each in self._work if at and each.starts_at <= at < each.ends_at),
            )
        return known

    def _margin(self, number: int, kind: BayKind) -> int:
        known = self._margins.get((number, kind))
        if known is None:
            moment = self._moment(number)
            known = sum(kind in each.skills for each in moment.there) - len(moment.jobs)
            self._margins[number, kind] = known
        return known

    def _has_spare(self, number: int, kind: BayKind) -> bool:
        if self._margin(number, kind) > 0:
            return True
        known = self._spare.get((number, kind))
        if known is None:
            known = self._spare[number, kind] = _is_spare(self._moment(number), kind)
        return known


def _is_spare(moment: _Moment, kind: BayKind) -> bool:
    """Whether one more job of the kind can be given to somebody, when as many others as possible are served."""
    able = [number for number, each in enumerate(moment.there) if kind in each.skills]
    wants = [
        [
            number
            for number, each in enumerate(moment.there)
            if (each.id == job.technician_id if job.technician_id is not None else job.kind in each.skills)
        ]
        for job in moment.jobs
    ]
    has: dict[int, int] = {}
    for job in range(len(wants)):
        _matched(job, wants, has, set())
    return _matched(len(wants), [*wants, able], has, set())


def _matched(job: int, wants: Sequence[Sequence[int]], has: dict[int, int], asked: set[int]) -> bool:
    """Give the job one of the bays or technicians it could have, whose own job may have to take another (an augmenting
    path of a bipartite matching). `has` is which job each has.
    """
    for one in wants[job]:
        if one in asked:
            continue
        asked.add(one)
        if one not in has or _matched(has[one], wants, has, asked):
            has[one] = job
            return True
    return False
