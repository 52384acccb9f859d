from crm_core.repair_orders.inspection_rules import INSPECTION_POSITIONS, CarView, inspection_gaps, is_place, label_of


def test_a_walk_around_wants_each_corner_the_dashboard_and_one_photo_more():
    everywhere = list(INSPECTION_POSITIONS)
    assert inspection_gaps([]) == [*INSPECTION_POSITIONS.values(), "再拍 1 张"]
    assert inspection_gaps(everywhere[1:]) == ["左前角", "再拍 1 张"]
    assert inspection_gaps(everywhere) == ["再拍 1 张"]
    assert inspection_gaps([*everywhere, "SCRATCH"]) == []


def test_a_mark_has_a_whole_place_on_the_drawn_car_or_none():
    assert is_place(CarView.LEFT, 0, 1000)
    assert is_place(None, None, None)
    assert not is_place(CarView.LEFT, 10, None)
    assert not is_place(None, 10, 10)
    assert not is_place(CarView.TOP, 1001, 10)


def test_what_a_photo_shows_is_named_by_its_place_or_by_the_damage():
    assert [label_of(position) for position in ("FRONT_LEFT", "OTHER", "左前门划痕")] == [
        "左前角",
        "其他",
        "左前门划痕",
    ]
