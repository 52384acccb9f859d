"""Whom a row of a file names, and what is its head."""

import pytest

from campaigns.segments.lists.rules import By, Name, Unmatched, head_of, names_in, whom
from tests.factories import VINS

PHONE, OTHER = Name(By.PHONE, "13800138000"), Name(By.PHONE, "13900139000")
PLATE, VIN = Name(By.PLATE, "粤BD1245"), Name(By.VIN, VINS[0])


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        (["张伟", "138-0013-8000", "粤B·D1245"], [PHONE, PLATE]),
        ([13800138000, None, VINS[0].lower()], [PHONE, VIN]),
        (["13800138000/13900139000"], [PHONE, OTHER]),
        (["姓名", "手机号", "车牌"], []),
        ([3.5, True, None, "", "2026-01-05", 42], []),
    ],
)
def test_a_row_names_people_wherever_it_does(cells, names):
    assert names_in(cells) == names


def _people(*ids: int) -> frozenset[int]:
    return frozenset(ids)


@pytest.mark.parametrize(
    ("known", "names", "meant"),
    [
        ({}, [], Unmatched.NOTHING),
        ({}, [PHONE, PLATE], Unmatched.UNKNOWN),
        ({PHONE: _people(1)}, [PHONE, PLATE], _people(1)),
        ({PHONE: _people(1, 2)}, [PHONE], Unmatched.SEVERAL),
        ({PHONE: _people(1, 2), PLATE: _people(2)}, [PHONE, PLATE], _people(2)),
        ({PLATE: _people(3, 4)}, [PLATE], _people(3, 4)),
        ({PHONE: _people(1), PLATE: _people(3)}, [PHONE, PLATE], _people(3)),
        ({PHONE: _people(1, 2), OTHER: _people(5)}, [PHONE, OTHER], _people(5)),
    ],
)
def test_a_row_means_whom_its_names_agree_on(known, names, meant):
    assert whom(names, known) == meant


def test_what_stands_above_the_first_name_is_the_head():
    assert head_of([[], [], [PHONE], []]) == 2
    assert head_of([[PHONE], []]) == 0
    assert head_of([[], []]) == 1
    assert head_of([*[[]] * 30, [PHONE]]) == 0


def test_what_is_kept_of_a_row_is_masked():
    assert [name.masked for name in (PHONE, PLATE, VIN)] == ["138****8000", "粤B·D**45", "LYF**********0001"]
