"""What a service read from a licence counts only as far as our own readers accept it."""

from datetime import date

import pytest

from crm_core.binding_requests.licence_reading import Doubt, LicenceField, LicenceRead, checked
from integrations.ocr import LicenceFields

TODAY = date(2026, 11, 26)


def test_what_can_be_right_is_given_in_our_spelling():
    read = LicenceFields("粤b·7k302", "lsvaa4181m2100001", " 周敏 ", "2021-03-09", "大众汽车牌 SVW71412AL\n")
    reading = checked(read, TODAY)
    assert reading.fields == LicenceRead(
        "粤B7K302", "LSVAA4181M2100001", "周敏", date(2021, 3, 9), "大众汽车牌 SVW71412AL"
    )
    assert reading.doubts == []


def test_what_was_not_read_is_no_doubt():
    reading = checked(LicenceFields(), TODAY)
    assert reading.fields == LicenceRead(None, None, None, None, None)
    assert reading.doubts == []


@pytest.mark.parametrize(
    ("read", "field"),
    [
        (LicenceFields(plate="粤BI2345"), LicenceField.PLATE),
        (LicenceFields(vin="LSVAA4181N2100001"), LicenceField.VIN),
        (LicenceFields(vin="WVWZZZ1JZXW000002"), LicenceField.VIN),
        (LicenceFields(owner_name="12#4"), LicenceField.OWNER_NAME),
        (LicenceFields(registered_on="二〇二一年"), LicenceField.REGISTERED_ON),
        (LicenceFields(registered_on="2026-11-27"), LicenceField.REGISTERED_ON),
    ],
)
def test_what_cannot_be_right_is_left_out_with_its_reason(read: LicenceFields, field: LicenceField):
    reading = checked(read, TODAY)
    assert reading.fields == LicenceRead(None, None, None, None, None)
    (doubt,) = reading.doubts
    assert isinstance(doubt, Doubt)
    assert doubt.field is field
    assert doubt.reason
    assert not any(value and value in doubt.reason for value in (read.plate, read.vin, read.owner_name))
