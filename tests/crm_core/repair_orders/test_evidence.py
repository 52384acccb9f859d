from datetime import date, timedelta

import pytest

from crm_core.repair_orders.evidence import Evidence, evidence_gap
from foundation import clock

OPENED_AT = clock.at(date(2026, 11, 23), 9, 30) + timedelta(seconds=20)
NOW = clock.at(date(2026, 11, 23), 10, 5)
CALL = "请填通话时间和车主怎么说的。"
TIME = "通话时间要在接车之后、现在之前。"


@pytest.mark.parametrize(
    ("evidence", "gap"),
    [
        (Evidence("phone", said_at=NOW, words="可以换"), None),
        (Evidence("phone", said_at=OPENED_AT - timedelta(seconds=20), words="可以换"), None),  # The same minute.
        (Evidence("phone", words="可以换"), CALL),
        (Evidence("phone", said_at=NOW, words="  "), CALL),
        (Evidence("phone", said_at=NOW, photo="a.jpg"), CALL),
        (Evidence("phone", said_at=NOW + timedelta(seconds=1), words="可以换"), TIME),
        (Evidence("phone", said_at=OPENED_AT - timedelta(minutes=1), words="可以换"), TIME),
        (Evidence("paper", photo="a.jpg"), None),
        (Evidence("paper", words="签了字"), "请拍下车主签字的纸质单据。"),
        (Evidence(photo="a.jpg"), "只能记电话或书面的决定。"),
    ],
)
def test_a_decision_recorded_for_an_owner_can_be_shown_later(evidence, gap):
    assert evidence_gap(evidence, opened_at=OPENED_AT, now=NOW) == gap


def test_a_call_is_kept_with_its_time_and_their_words():
    assert Evidence("phone", said_at=NOW, words="可以换").note == "11月23日 10:05 说：可以换"
    assert Evidence(photo="a.png").note == ""
