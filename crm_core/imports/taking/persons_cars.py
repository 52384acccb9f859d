"""Customers and their cars, on one sheet or two: a row is read into a draft, matched, and written with its fellows.

The order of keys and what happens to doubles is a rule of its own (`matching`). What is on file is only filled where it
is blank; another value of the file is proposed to a person. The machine never merges two customers.
"""

from collections.abc import Sequence
from typing import Final

from crm_core.imports.codes import Code
from crm_core.imports.matching import Draft, Person, match, tie_to
from crm_core.imports.rules import Outcome, Result, left_out, refuses
from crm_core.imports.taking.drafts import read
from crm_core.imports.taking.filing import Pending, file
from crm_core.imports.taking.on_file import Known
from crm_core.imports.taking.run import Run
from foundation.spreadsheets.reading import Row

_NUMBER_WAS_TOLD: Final = (Code.PHONE_BAD, Code.PHONE_LOST)


async def take(run: Run, rows: Sequence[Row], *, has_person: bool, has_car: bool) -> list[Outcome]:
    """An outcome for each row; everything is written when this returns."""
    drafts = [read(row, run.layout, run, has_car=has_car, has_person=has_person) for row in rows]
    known = await Known.load(run, [draft for draft in drafts if not refuses(draft.codes)])
    pending = Pending()
    outcomes = [_decide(run, draft, known, pending, has_person=has_person, has_car=has_car) for draft in drafts]
    await file(run, known, pending)
    return outcomes


def _decide(run: Run, draft: Draft, known: Known, todo: Pending, *, has_person: bool, has_car: bool) -> Outcome:
    if refuses(draft.codes):
        return left_out(*draft.codes)
    codes = list(draft.codes)
    made = changed = False
    proposals: dict[str, str] = {}
    car = known.cars.get(draft.vin) if has_car else None
    if car is not None and run.is_out_of_reach(car.home_store_id):
        return left_out(*draft.codes, Code.STORE_OUT_OF_REACH)
    person: Person | None = None
    if has_person:
        person, said = match(draft, known, car)
        codes += said
        if person is not None and run.is_out_of_reach(person.home_store_id):
            return left_out(*draft.codes, Code.STORE_OUT_OF_REACH)
        if person is None and known.was_erased(draft):
            return left_out(*draft.codes, Code.ERASED)
        if person is None:
            person, made = known.add_person(run, draft), True
            todo.people.append(person)
            if not draft.mobiles and not any(code in codes for code in _NUMBER_WAS_TOLD):
                codes.append(Code.NO_MOBILE)
        else:
            changed |= person.fill(draft, proposals, run.told.get(draft.file_number))
        run.agree(draft.file_number, person.agreed)
        for kind, value in draft.names():
            if known.link(person, kind, value):
                todo.identities.append((person, kind, value))
                changed = True
    if has_car:
        if car is None:
            car, made = known.add_car(run, draft), True
            todo.cars.append(car)
        else:
            changed |= car.fill(draft, run.lists.other_model_id, proposals, run.told.get(draft.vin))
        run.agree(draft.vin, car.agreed)
        if person is not None:
            tie, said = tie_to(car, person.id, draft, run.today)
            codes += said
            if tie is not None:
                todo.ties.append((car, tie))
                made = True
    for own, noted in draft.own:
        changed |= todo.note(known, person, car, own, noted)
    result = Result.NEW if made else Result.CHANGED if changed else Result.SAME
    return Outcome(result, tuple(sorted(set(codes))), proposals)
