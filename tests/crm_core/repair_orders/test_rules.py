import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.repair_orders.rules import (
    HEADER_MOVES,
    LINE_MOVES,
    HeaderFacts,
    HeaderState,
    LineFacts,
    LineState,
    PauseReason,
    billing_blocker,
    derive_header,
    may_inspect,
    may_void,
)
from foundation.errors import IllegalMove
from foundation.moves import next_state

ESTIMATED = HeaderFacts(is_prechecked=True, is_estimated=True)
PARTS = LineFacts(LineState.PAUSED, PauseReason.WAIT_PARTS)
OWNER = LineFacts(LineState.PAUSED, PauseReason.WAIT_OWNER)


def lines(*states):
    return [state if isinstance(state, LineFacts) else LineFacts(state) for state in states]


@pytest.mark.parametrize(
    ("order", "facts", "header"),
    [
        ([], HeaderFacts(), HeaderState.OPENED),
        ([], HeaderFacts(is_prechecked=True), HeaderState.PRECHECKED),
        ([LineState.PROPOSED], ESTIMATED, HeaderState.ESTIMATED),
        ([LineState.DECLINED, LineState.DECLINED], ESTIMATED, HeaderState.LEFT),
        ([LineState.AUTHORISED, LineState.PROPOSED], ESTIMATED, HeaderState.AUTHORISED),
        ([LineState.CANCELLED, LineState.DECLINED], ESTIMATED, HeaderState.AUTHORISED),
        ([LineState.ASSIGNED, LineState.AUTHORISED], ESTIMATED, HeaderState.DISPATCHED),
        ([LineState.WORKING, LineState.ASSIGNED], ESTIMATED, HeaderState.IN_PROGRESS),
        ([LineState.DONE, PARTS], ESTIMATED, HeaderState.WAIT_PARTS),
        ([LineState.WORKING, PARTS], ESTIMATED, HeaderState.IN_PROGRESS),
        ([LineState.ASSIGNED, PARTS], ESTIMATED, HeaderState.IN_PROGRESS),
        ([OWNER, PARTS], ESTIMATED, HeaderState.WAIT_OWNER),
        ([LineFacts(LineState.PAUSED, PauseReason.OTHER)], ESTIMATED, HeaderState.IN_PROGRESS),
        ([LineState.DONE, LineState.PROPOSED], HeaderFacts(is_waiting_for_decision=True), HeaderState.WAIT_OWNER),
        ([LineState.WORKING, LineState.PROPOSED], HeaderFacts(is_waiting_for_decision=True), HeaderState.IN_PROGRESS),
        ([LineState.DONE, LineState.DECLINED], ESTIMATED, HeaderState.IN_PROGRESS),
        ([LineState.DONE, LineState.DECLINED], HeaderFacts(are_checks_ticked=True), HeaderState.QC_PENDING),
        ([LineState.QC_FAIL, LineState.QC_OK], HeaderFacts(are_checks_ticked=True), HeaderState.IN_PROGRESS),
        ([LineState.QC_OK, LineState.QC_OK], ESTIMATED, HeaderState.QC_PASSED),
        ([LineState.QC_OK], HeaderFacts(is_washing=True), HeaderState.WASHING),
        ([LineState.QC_OK], HeaderFacts(is_washing=True, is_ready=True), HeaderState.READY),
        ([LineState.QC_OK, LineState.CANCELLED], HeaderFacts(is_stopped=True), HeaderState.READY),
        ([LineState.DONE, LineState.CANCELLED], HeaderFacts(is_stopped=True), HeaderState.QC_PENDING),
        ([LineState.CANCELLED], HeaderFacts(is_stopped=True), HeaderState.READY),
        ([LineState.QC_OK], HeaderFacts(is_ready=True, is_billed=True), HeaderState.BILLED),
        ([LineState.QC_OK], HeaderFacts(is_billed=True, is_bill_confirmed=True), HeaderState.BILL_CONFIRMED),
        ([LineState.QC_OK], HeaderFacts(is_billed=True, is_paid=True), HeaderState.PAID),
        ([LineState.QC_OK], HeaderFacts(is_paid=True, is_delivered=True), HeaderState.DELIVERED),
        ([LineState.QC_OK], HeaderFacts(is_delivered=True, is_closed=True), HeaderState.CLOSED),
        ([LineState.AUTHORISED], HeaderFacts(is_void=True), HeaderState.VOID),
    ],
)
def test_the_header_is_derived_from_its_lines(order, facts, header):
    assert derive_header(lines(*order), facts) is header


line_facts = st.builds(LineFacts, st.sampled_from(LineState), st.none() | st.sampled_from(PauseReason))
header_facts = st.builds(HeaderFacts, *([st.booleans()] * 7))


@given(st.lists(line_facts, max_size=6), header_facts)
def test_a_car_is_never_ready_with_unfinished_or_unchecked_work(order, facts):
    if derive_header(order, facts) in (HeaderState.READY, HeaderState.WASHING, HeaderState.QC_PASSED):
        settled = {LineState.QC_OK, LineState.DECLINED, LineState.CANCELLED, LineState.PROPOSED}
        assert {line.state for line in order} <= settled


@given(st.lists(line_facts, max_size=6), header_facts)
def test_an_order_waits_only_when_nothing_can_go_on(order, facts):
    if derive_header(order, facts) in (HeaderState.WAIT_OWNER, HeaderState.WAIT_PARTS):
        assert not {line.state for line in order} & {LineState.WORKING, LineState.ASSIGNED, LineState.QC_FAIL}


@given(st.lists(line_facts, max_size=6), header_facts)
def test_the_order_of_lines_does_not_matter(order, facts):
    assert derive_header(order, facts) is derive_header(order[::-1], facts)


def test_no_line_is_worked_on_before_it_is_authorised():
    for state in (LineState.PROPOSED, LineState.DECLINED, LineState.AUTHORISED):
        with pytest.raises(IllegalMove):
            next_state(LINE_MOVES, state, "start")


def test_nobody_passes_their_own_work():
    assert not may_inspect(7, {7, 8})
    assert may_inspect(9, {7, 8})


def test_a_paid_order_is_never_edited():
    assert set(HEADER_MOVES[HeaderState.PAID]) == {"hand_over"}
    with pytest.raises(IllegalMove):
        next_state(HEADER_MOVES, HeaderState.PAID, "recall_bill")


def test_an_order_can_be_voided_only_before_work_and_parts():
    assert may_void(lines(LineState.AUTHORISED, LineState.ASSIGNED), parts_issued=0)
    assert not may_void(lines(LineState.AUTHORISED), parts_issued=1)
    assert not may_void(lines(PARTS), parts_issued=0)


def test_a_blocked_bill_says_what_is_missing():
    assert billing_blocker(lines(LineState.QC_OK, LineState.WORKING, PARTS)) == "还有 2 项没完成"
    assert billing_blocker(lines(LineState.QC_OK, LineState.PROPOSED)) == "还有项目没决定"
    assert billing_blocker(lines(LineState.DECLINED)) == "没有可结算的项目"
    assert billing_blocker(lines(LineState.QC_OK, LineState.DECLINED)) is None
