"""Whom a row means, and what becomes of a car that has an owner: decided without a database."""

from datetime import date

import pytest

from crm_core.customers.models import IdentityKind
from crm_core.imports.codes import Code
from crm_core.imports.matching import Car, Draft, Person, Tie, match, tie_to
from crm_core.vehicles.models import BindingRole

TODAY = date(2026, 11, 26)


class OnFile:
    """What is on file, by name."""

    def __init__(self, *people: Person) -> None:
        self.people = {person.id: person for person in people}
        self.companies = {person.name: [person] for person in people if person.is_company}

    def named(self, kind: IdentityKind, value: str) -> list[Person]:
        """Everybody of this name, the eldest first."""
        return [person for person in self.people.values() if (kind, value) in person.identities]


def person(number: int, name: str, *names: tuple[IdentityKind, str], is_company: bool = False) -> Person:
    phone = next((value for kind, value in names if kind is IdentityKind.PHONE), None)
    made = Person(number, name, phone, is_company, "", "", None, None, 1)
    made.identities.update(names)
    return made


def car(*ties: Tie) -> Car:
    return Car(1, "LYFAA4DE1T1000001", "", 1, date(2024, 1, 1), 0, None, None, None, "", ties=list(ties))


PHONE, FILE, LINE, USCC = (
    IdentityKind.PHONE, IdentityKind.FILE_NUMBER, IdentityKind.LANDLINE, IdentityKind.USCC,
)  # fmt: skip
ZHAO = person(1, "赵样甲", (FILE, "dms:A1"), (PHONE, "19900000001"))
LEASING = person(2, "样例租赁有限公司", (USCC, "91350211M000100Y43"), is_company=True)
QIAN = person(3, "钱样乙", (LINE, "0755-26000304"))


@pytest.mark.parametrize(
    ("draft", "whom", "codes"),
    [
        (Draft(2, "别的名字", file_number="dms:A1"), ZHAO, ()),
        (Draft(2, "赵样甲", mobiles=("19900000001",)), ZHAO, ()),
        (Draft(2, "赵样甲", mobiles=("19900000001",), file_number="other:9"), ZHAO, ()),
        (Draft(2, "赵样甲", mobiles=("19900000001",), file_number="dms:A2"), None, (Code.LOOK_ALIKE,)),
        (Draft(2, "孙样丙", mobiles=("19900000001",)), None, (Code.SHARED_PHONE,)),
        (Draft(2, "另一家", uscc="91350211M000100Y43", is_company=True), LEASING, ()),
        (Draft(2, "样例租赁有限公司", is_company=True), LEASING, ()),
        (Draft(2, "钱样乙", landlines=("0755-26000304",)), QIAN, ()),
        (Draft(2, "钱样", landlines=("0755-26000304",)), None, ()),
        (Draft(2, "赵样甲"), None, ()),
    ],
)
def test_keys_are_tried_in_their_order(draft: Draft, whom: Person | None, codes: tuple[Code, ...]):
    assert match(draft, OnFile(ZHAO, LEASING, QIAN), None) == (whom, codes)


def test_a_car_and_the_name_of_one_of_its_owners_name_that_owner():
    owned = car(Tie(1, 3, BindingRole.OWNER, date(2024, 1, 1), None))
    assert match(Draft(2, "钱样乙"), OnFile(ZHAO, QIAN), owned)[0] is QIAN
    assert match(Draft(2, "赵样甲"), OnFile(ZHAO, QIAN), owned)[0] is None


def test_a_later_day_of_taking_over_ends_the_owner_before():
    owned = car(Tie(1, 1, BindingRole.OWNER, date(2024, 1, 1), None))
    tie, codes = tie_to(owned, 3, Draft(2, since_on=date(2025, 5, 1)), TODAY)
    assert tie is not None
    assert (tie.role, tie.since_on, tie.until_on) == (BindingRole.OWNER, date(2025, 5, 1), None)
    assert codes == (Code.OWNER_CHANGED,)
    assert owned.ties[0].until_on == date(2025, 5, 1)


def test_an_owner_of_before_is_history():
    owned = car(Tie(1, 1, BindingRole.OWNER, date(2024, 1, 1), None))
    tie, codes = tie_to(owned, 3, Draft(2, since_on=date(2022, 5, 1)), TODAY)
    assert tie is not None
    assert (tie.since_on, tie.until_on, codes) == (date(2022, 5, 1), date(2024, 1, 1), ())
    assert owned.ties[0].until_on is None


def test_without_a_day_the_second_owner_is_a_user():
    owned = car(Tie(1, 1, BindingRole.OWNER, date(2024, 1, 1), None))
    tie, codes = tie_to(owned, 3, Draft(2), TODAY)
    assert tie is not None
    assert (tie.role, codes) == (BindingRole.USER, (Code.TWO_OWNERS,))


def test_who_is_tied_already_is_not_tied_twice():
    owned = car(Tie(1, 1, BindingRole.OWNER, date(2024, 1, 1), date(2025, 1, 1)))
    assert tie_to(owned, 1, Draft(2, since_on=date(2024, 1, 1)), TODAY) == (None, ())


def test_blanks_are_filled_and_other_values_proposed():
    proposals: dict[str, str] = {}
    mine = Car(1, "LYFAA4DE1T1000001", "粤B10001", 9, None, 5_000, None, None, None, "")
    draft = Draft(2, plate="粤B10002", delivered_on=date(2024, 1, 1), km=8_000, model_id=4)
    assert mine.fill(draft, 9, proposals)
    assert (mine.plate, mine.delivered_on, mine.mileage_km, mine.model_id) == ("粤B10001", date(2024, 1, 1), 8_000, 4)
    assert proposals == {"plate": "粤B10002"}
    assert mine.before == {"delivered_on": None, "mileage_km": 5_000, "model_id": 9}
    assert not mine.fill(Draft(3, km=100), 9, {})
