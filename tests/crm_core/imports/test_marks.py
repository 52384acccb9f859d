"""A value that another program sent may be replaced by it, unless a person has changed it since."""

from crm_core.imports.marks import is_still, mark
from crm_core.imports.matching import Draft, Person


def _on_file(**columns: object) -> Person:
    known = {"id": 1, "name": "张伟", "phone": "13812345678", "is_company": False, "gender": "", "remark": ""}
    return Person(**{**known, "advisor_id": None, "consultant_id": None, "version": 1, **columns})  # type: ignore[arg-type]


def test_a_mark_stands_for_one_value_only():
    told = {"plate": mark("粤BD1245")}
    assert is_still(told, "plate", "粤BD1245")
    assert not is_still(told, "plate", "粤BD1246")
    assert not is_still(told, "vin", "粤BD1245")


def test_a_program_changes_what_it_told_itself():
    person = _on_file()
    proposals: dict[str, str] = {}
    told = {"name": mark("张伟"), "phone": mark("13812345678")}
    assert person.fill(Draft(1, name="张玮", mobiles=("13900001111",)), proposals, told)
    assert (person.name, person.phone, proposals) == ("张玮", "13900001111", {})
    assert person.agreed == {"name": "张玮", "phone": "13900001111"}


def test_what_a_person_changed_since_is_only_proposed_against():
    person = _on_file(name="张伟强")
    proposals: dict[str, str] = {}
    assert not person.fill(Draft(1, name="张玮"), proposals, {"name": mark("张伟")})
    assert (person.name, proposals) == ("张伟强", {"name": "张玮"})


def test_a_phone_its_owner_vouched_for_stays():
    person = _on_file(is_phone_verified=True)
    assert not person.fill(Draft(1, mobiles=("13900001111",)), {}, {"phone": mark("13812345678")})
    assert person.phone == "13812345678"
