from crm_core.repair_orders.inspection_rules import INSPECTION_POSITIONS, inspection_gaps


def test_a_walk_around_wants_each_corner_the_dashboard_and_one_photo_more():
    everywhere = list(INSPECTION_POSITIONS)
    assert inspection_gaps([]) == [*INSPECTION_POSITIONS.values(), "再拍 1 张"]
    assert inspection_gaps(everywhere[1:]) == ["左前角", "再拍 1 张"]
    assert inspection_gaps(everywhere) == ["再拍 1 张"]
    assert inspection_gaps([*everywhere, "SCRATCH"]) == []
