from crm_core.repair_orders.owner_view_rules import OwnerNode, owner_node, owner_title
from crm_core.repair_orders.rules import HeaderState


def test_every_header_with_work_has_a_node_and_every_one_a_title():
    without_node = {header for header in HeaderState if owner_node(header) is None}
    assert without_node == {HeaderState.LEFT, HeaderState.VOID}
    assert all(owner_title(header) for header in HeaderState)
    assert {owner_node(header) for header in HeaderState} - {None} == set(OwnerNode)


def test_rework_and_a_stop_are_told_honestly_and_without_blame():
    assert owner_title(HeaderState.IN_PROGRESS, is_rework=True) == "质检复检中"
    assert owner_title(HeaderState.READY, is_stopped=True) == "应您要求停止"
    assert owner_title(HeaderState.READY) == "已完工"
