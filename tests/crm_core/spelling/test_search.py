"""A text in a search box is recognised by its shape and brought into the stored form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.spelling.search import Sought, prefix_query, read_search


@pytest.mark.parametrize(
    ("text", "sought"),
    [
        ("", Sought()),
        ("\u200b·", Sought()),
        ("张伟", Sought(name="张伟")),
        ("138 0013 8000", Sought(phone="13800138000", vin="13800138000", order="13800138000")),
        ("1245", Sought(phone_tail="1245", plate="1245", order="1245")),
        ("粤B·D12", Sought(name="粤BD12", plate="粤BD12")),
        ("沪AE22075", Sought(name="沪AE22075", plate="沪AE22075")),
        (
            "RO-SZ01-261123-0007",
            Sought(name="ROSZ012611230007", vin="R0SZ012611230007", order="ROSZ012611230007"),
        ),
        ("85251234567", Sought(phone="+85251234567", vin="85251234567", order="85251234567")),
        ("WJ粤12345", Sought(name="WJ粤12345", plate="WJ粤12345")),
        ("京X·1234应急", Sought(name="京X1234应急", plate="京X1234应急")),
        ("O’Brien", Sought(name="OBRIEN", plate="OBRIEN", vin="0BR1EN")),
        ("lyf", Sought(name="LYF", plate="LYF")),
    ],
)
def test_a_text_is_told_by_its_shape(text, sought):
    assert read_search(text) == sought


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading(text):
    sought = read_search(text)
    for part in (sought.name, sought.plate):
        assert part is None or prefix_query(part).endswith("':*")
