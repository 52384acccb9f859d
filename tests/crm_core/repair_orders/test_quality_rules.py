"""The final inspection says something of each point, and only what was said is kept and printed."""

from crm_core.repair_orders.quality_rules import POINTS, Checked, unanswered, unknown, written


def test_a_car_passes_only_when_each_point_was_answered():
    said = [Checked(point.name) for point in POINTS]
    assert unanswered(said) == []
    assert unanswered(said[1:]) == [POINTS[0].name]
    assert unanswered([Checked(point.name, is_applicable=False) for point in POINTS]) == []
    assert unknown([*said, Checked("大灯高度")]) == ["大灯高度"]


def test_what_was_said_is_written_in_the_order_of_the_points():
    said = [
        Checked("电气功能", is_applicable=False),
        Checked("油液液位", measured="7"),
        Checked("螺丝扭力", measured=" 110 "),
    ]
    assert written(said) == ["螺丝扭力 110 N·m", "油液液位", "电气功能 不适用"]
    assert written([]) == []
