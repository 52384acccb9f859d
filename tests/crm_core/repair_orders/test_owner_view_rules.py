from crm_core.repair_orders.owner_view_rules import (
    FINISHED,
    OwnerNode,
    OwnerTag,
    owner_decides,
    owner_node,
    owner_tag,
    owner_title,
)
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


def test_the_tag_says_what_the_title_says():
    over = {HeaderState.LEFT, HeaderState.VOID}
    tags = {header: owner_tag(header, is_stopped=False) for header in HeaderState if header not in over}
    assert {header for header, tag in tags.items() if tag is OwnerTag.FINISHED} == FINISHED
    assert tags[HeaderState.OPENED] is OwnerTag.HERE, "nothing is repaired before the owner agreed"
    assert tags[HeaderState.WASHING] is OwnerTag.IN_REPAIR
    assert owner_tag(HeaderState.READY, is_stopped=True) is OwnerTag.STOPPED, "its title is 应您要求停止"


def test_whoever_only_looks_is_told_who_decides_by_a_masked_name():
    assert owner_decides(["张伟"]) == "需要车主 张* 或授权人决定。"
    assert owner_decides(["张伟", "", "李敏霞"]) == "需要车主 张*、李* 或授权人决定。"
    assert owner_decides([""]) == "需要车主或授权人决定。"
