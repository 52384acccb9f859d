"""What a page shows of a file before it is taken."""

import pytest

from crm_core.imports.entities import Entity
from crm_core.imports.plans import example_of


@pytest.mark.parametrize(
    ("text", "field", "shown"),
    [
        ("赵样甲", "name", "赵*"),
        ("19900000001", "phone", "199****0001"),
        ("19900000001/075526000412", "phone", "199****0001/075****0412"),
        ("1.38E+10", "phone", "1.38E+10"),
        ("LYFAA4DE1T1000001", "vin", "LYF**********0001"),
        ("LYFAA4DE1T1000001", None, "LYF**********0001"),
        ("粤BD1245", "plate", "粤B·D**45"),
        ("深圳市南山区样例路1号", "address", "深圳市南山区…"),
        ("20260301", "delivered_on", "20260301"),
        ("云帆S5 1.5T 豪华", "model", "云帆S5 1.5T 豪华"),
    ],
)
def test_an_example_tells_what_a_column_is_and_not_whose(text: str, field: str | None, shown: str):
    assert example_of(text, field, Entity.CUSTOMERS_CARS) == shown


def test_the_name_of_a_job_is_nobodys_name():
    assert example_of("更换机油", "name", Entity.ORDER_LINES) == "更换机油"
    assert example_of("赵样甲", "customers.name", Entity.ORDERS) == "赵*"
