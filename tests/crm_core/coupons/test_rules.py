from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.coupons.discounting import (
    CouponRefusal,
    apply_coupons,
    idle_refusal,
    pick_best,
    stacking_refusal,
    why_not,
)
from crm_core.coupons.rules import (
    COUPON_MOVES,
    BillLine,
    Coupon,
    CouponKind,
    CouponPolicy,
    CouponState,
    DiscountableBill,
    LineKind,
    is_expired,
    reminder_days_before,
    restored_valid_to,
    state_after_release,
    valid_to,
)
from foundation import clock
from foundation.errors import IllegalMove
from foundation.moves import next_state

HOUSE = CouponPolicy()

NOW = clock.at(date(2026, 11, 23), 12)
ENDS = clock.end_of_day(date(2027, 1, 5))


def coupon(kind, coupon_id=1, **terms):
    return Coupon(id=coupon_id, name="券", kind=kind, state=CouponState.AVAILABLE, **{"valid_to": ENDS, **terms})


LABOUR_80 = coupon(CouponKind.LABOUR, 1, pay_percent=80, cap_fen=20_000)
OFF_100_FROM_1000 = coupon(CouponKind.THRESHOLD, 2, value_fen=10_000, threshold_fen=100_000)
BILL = DiscountableBill(
    lines=(
        BillLine(1, LineKind.LABOUR, 24_000, item_code="A"),
        BillLine(2, LineKind.PARTS, 42_800, item_code="A"),
        BillLine(3, LineKind.LABOUR, 28_800, item_code="BRAKE"),
        BillLine(4, LineKind.PARTS, 68_000, item_code="BRAKE"),
        BillLine(5, LineKind.LABOUR, 9_000, payer="W"),
        BillLine(6, LineKind.PARTS, 32_000, payer="W"),
    ),
    store_id=1,
    vehicle_id=7,
)


def bill(*lines):
    return DiscountableBill(lines=lines, store_id=1, vehicle_id=7)


def test_the_trade_example_of_a_repair_order():
    discounted = apply_coupons(BILL, [OFF_100_FROM_1000, LABOUR_80])
    labour, off = discounted.uses
    assert labour.shares_fen == {1: 4_800, 3: 5_760}
    assert off.shares_fen == {1: 1_255, 2: 2_797, 3: 1_505, 4: 4_443}
    assert discounted.payable_fen == 143_040
    assert discounted.lines_fen[4] == 63_557  # What a refund of the brake parts alone gives back.
    assert 5 not in discounted.lines_fen


def test_the_split_check_of_the_trade():
    lines = [BillLine(i, LineKind.OTHER, fen) for i, fen in enumerate([16_000, 48_000, 12_000, 12_000], start=1)]
    discounted = apply_coupons(bill(*lines), [coupon(CouponKind.CASH, value_fen=10_000)])
    assert list(discounted.uses[0].shares_fen.values()) == [1_818, 5_454, 1_364, 1_364]


def test_a_threshold_tests_what_is_left_and_includes_its_edge():
    lines = bill(BillLine(1, LineKind.LABOUR, 50_000), BillLine(2, LineKind.PARTS, 60_000))
    half = coupon(CouponKind.LABOUR, 1, pay_percent=80)
    assert apply_coupons(lines, [half, OFF_100_FROM_1000]).payable_fen == 90_000
    deeper = replace(half, pay_percent=79)
    assert apply_coupons(lines, [deeper, OFF_100_FROM_1000]).payable_fen == 99_500


@pytest.mark.parametrize(("labour_fen", "off_fen"), [(57_600, 11_520), (120_000, 20_000)])
def test_a_labour_discount_stops_at_its_cap(labour_fen, off_fen):
    assert apply_coupons(bill(BillLine(1, LineKind.LABOUR, labour_fen)), [LABOUR_80]).discount_fen == off_fen


def test_an_item_coupon_frees_all_lines_of_its_item_first():
    free_brakes = coupon(CouponKind.ITEM, 9, item_codes=frozenset({"BRAKE"}))
    discounted = apply_coupons(BILL, [LABOUR_80, free_brakes])
    assert discounted.lines_fen == {1: 19_200, 2: 42_800, 3: 0, 4: 0}


def test_no_change_is_given():
    discounted = apply_coupons(bill(BillLine(1, LineKind.OTHER, 3_000)), [coupon(CouponKind.CASH, value_fen=5_000)])
    assert (discounted.payable_fen, discounted.discount_fen) == (0, 3_000)


@pytest.mark.parametrize("kind", [LineKind.DEDUCTIBLE, LineKind.TAX, LineKind.FINE])
def test_deductible_tax_and_fines_are_never_discounted(kind):
    lines = bill(BillLine(1, kind, 50_000))
    assert apply_coupons(lines, [coupon(CouponKind.CASH, value_fen=5_000)]).payable_fen == 50_000


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"state": CouponState.ISSUED}, CouponRefusal.NOT_CLAIMED),
        ({"state": CouponState.LOCKED}, CouponRefusal.LOCKED),
        ({"state": CouponState.REDEEMED}, CouponRefusal.REDEEMED),
        ({"state": CouponState.FROZEN}, CouponRefusal.FROZEN),
        ({"state": CouponState.VOID}, CouponRefusal.VOID),
        ({"valid_to": clock.end_of_day(date(2026, 11, 22))}, CouponRefusal.EXPIRED),
        ({"valid_from": NOW + timedelta(days=1)}, CouponRefusal.NOT_YET_VALID),
        ({"store_ids": frozenset({2})}, CouponRefusal.OTHER_STORE),
        ({"vehicle_id": 8}, CouponRefusal.OTHER_VEHICLE),
        ({"item_codes": frozenset({"WASH"})}, CouponRefusal.NOTHING_ELIGIBLE),
        ({"threshold_fen": 200_000}, CouponRefusal.BELOW_THRESHOLD),
    ],
)
def test_each_reason_against_a_coupon_has_its_sentence(change, refusal):
    reason = why_not(replace(OFF_100_FROM_1000, **change), BILL, NOW)
    assert reason is not None
    assert reason.refusal is refusal
    assert reason.sentence.endswith("。")


def test_the_missing_amount_is_told():
    reason = why_not(replace(OFF_100_FROM_1000, threshold_fen=200_000), BILL, NOW)
    assert reason is not None
    assert reason.sentence == "满 2,000.00 元可用，还差 364.00 元。"


def test_the_bill_that_locked_a_coupon_may_use_it_even_past_its_end():
    locked = replace(OFF_100_FROM_1000, state=CouponState.LOCKED, valid_to=clock.end_of_day(date(2026, 11, 22)))
    assert why_not(locked, BILL, NOW, is_own_lock=True) is None


def test_one_coupon_of_a_group_and_three_on_a_bill():
    assert stacking_refusal([LABOUR_80, OFF_100_FROM_1000], HOUSE) is None
    cash = coupon(CouponKind.CASH, 3, value_fen=1)
    assert stacking_refusal([cash, OFF_100_FROM_1000], HOUSE).refusal is CouponRefusal.SAME_GROUP
    percent = coupon(CouponKind.PERCENT, 4, pay_percent=95)
    item = coupon(CouponKind.ITEM, 5, item_codes=frozenset({"A"}))
    four = [LABOUR_80, percent, cash, item]
    assert stacking_refusal(four, HOUSE).refusal is CouponRefusal.TOO_MANY


def test_the_best_coupons_are_picked_and_told():
    weaker = coupon(CouponKind.THRESHOLD, 3, value_fen=5_000, threshold_fen=40_000)
    best = pick_best(BILL, [weaker, LABOUR_80, OFF_100_FROM_1000], NOW, HOUSE)
    assert {chosen.id for chosen in best.coupons} == {1, 2}
    assert best.bill.payable_fen == 143_040
    assert best.sentence == "已选最省的 2 张，可以换"
    assert pick_best(BILL, [weaker, OFF_100_FROM_1000], NOW, HOUSE).sentence == "已选最省的一张，可以换"
    assert pick_best(BILL, [], NOW, HOUSE).bill.payable_fen == 163_600


def test_among_equals_the_one_that_expires_first_is_used():
    sooner = coupon(CouponKind.CASH, 8, value_fen=5_000, valid_to=clock.end_of_day(date(2026, 12, 1)))
    later = coupon(CouponKind.CASH, 3, value_fen=5_000)
    assert pick_best(BILL, [later, sooner], NOW, HOUSE).coupons == (sooner,)


def test_a_coupon_ends_at_shanghai_midnight_not_at_utc_midnight():
    claimed_at = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)  # Already the 21st in Shanghai.
    ends_at = valid_to(claimed_at, 45)
    assert clock.local(ends_at).isoformat() == "2027-01-05T23:59:59+08:00"
    assert not is_expired(ends_at, ends_at)
    assert is_expired(ends_at, ends_at + timedelta(seconds=1))
    assert valid_to(claimed_at, 45, ends_on=date(2026, 12, 1)) == clock.end_of_day(date(2026, 12, 1))


def test_a_released_coupon_keeps_its_date():
    assert state_after_release(ENDS, NOW) is CouponState.AVAILABLE
    assert state_after_release(NOW - timedelta(days=1), NOW) is CouponState.EXPIRED


def test_a_coupon_given_back_lives_at_least_a_week():
    assert restored_valid_to(ENDS, NOW, HOUSE) == ENDS
    assert restored_valid_to(NOW, NOW, HOUSE) == clock.end_of_day(date(2026, 11, 30))


def test_reminders_fit_the_accepts_in_the_ledger():
    assert [reminder_days_before(accepts, HOUSE) for accepts in (0, 1, 3)] == [(), (3,), (7, 3, 1)]


def test_unclaimed_and_redeemed_coupons_cannot_be_locked():
    for state in (CouponState.ISSUED, CouponState.REDEEMED, CouponState.EXPIRED):
        with pytest.raises(IllegalMove):
            next_state(COUPON_MOVES, state, "lock")


lines_of_a_bill = st.lists(
    st.tuples(
        st.sampled_from(LineKind),
        st.integers(0, 10**7),
        st.sampled_from(["CP", "CP", "CP", "W", "I"]),
        st.sampled_from(["A", "B", ""]),
    ),
    max_size=8,
).map(
    lambda rows: bill(
        *(BillLine(no, kind, fen, payer, code) for no, (kind, fen, payer, code) in enumerate(rows, start=1))
    )
)
purse = st.lists(
    st.tuples(
        st.sampled_from(CouponKind),
        st.integers(0, 10**7),
        st.integers(0, 100),
        st.none() | st.integers(0, 10**6),
        st.integers(0, 10**6),
        st.sets(st.sampled_from(["A", "B"])),
    ),
    max_size=5,
).map(
    lambda rows: [
        coupon(kind, no, value_fen=fen, pay_percent=pay, cap_fen=cap, threshold_fen=least, item_codes=frozenset(codes))
        for no, (kind, fen, pay, cap, least, codes) in enumerate(rows, start=1)
    ]
)


@given(lines_of_a_bill, purse)
def test_shares_always_add_up_and_no_line_turns_negative(a_bill, coupons):
    discounted = apply_coupons(a_bill, coupons)
    own_fen = sum(line.amount_fen for line in a_bill.lines if line.payer == "CP")
    assert discounted.payable_fen + discounted.discount_fen == own_fen
    assert discounted.payable_fen == sum(discounted.lines_fen.values())
    assert all(fen >= 0 for fen in discounted.lines_fen.values())
    for use in discounted.uses:
        assert use.discount_fen == sum(use.shares_fen.values()) >= 0
    for line in a_bill.lines:
        taken = sum(use.shares_fen.get(line.line_no, 0) for use in discounted.uses)
        if line.payer == "CP":
            assert discounted.lines_fen[line.line_no] == line.amount_fen - taken
        else:
            assert taken == 0


@given(lines_of_a_bill, purse)
def test_the_order_of_the_purse_does_not_matter(a_bill, coupons):
    assert apply_coupons(a_bill, coupons) == apply_coupons(a_bill, coupons[::-1])


@given(lines_of_a_bill, purse)
def test_no_single_coupon_beats_the_picked_combination(a_bill, coupons):
    best = pick_best(a_bill, coupons, NOW, HOUSE)
    assert stacking_refusal(best.coupons, HOUSE) is None
    for single in coupons:
        if why_not(single, a_bill, NOW) is None:
            assert best.bill.payable_fen <= apply_coupons(a_bill, [single]).payable_fen


SMALL = bill(BillLine(1, LineKind.LABOUR, 240_00), BillLine(2, LineKind.PARTS, 160_00))
OFF_100_FROM_400 = coupon(CouponKind.THRESHOLD, 2, value_fen=100_00, threshold_fen=400_00)


def test_a_coupon_whose_threshold_the_ones_before_it_take_away_is_refused_with_what_is_missing():
    assert why_not(OFF_100_FROM_400, SMALL, NOW) is None
    refusal = idle_refusal(SMALL, [OFF_100_FROM_400, LABOUR_80])
    assert refusal is not None
    assert refusal.refusal is CouponRefusal.BELOW_THRESHOLD
    assert refusal.sentence == "用了前面的券，「券」满 400.00 元可用，还差 48.00 元。"
    assert [use.coupon_id for use in apply_coupons(SMALL, [OFF_100_FROM_400, LABOUR_80]).uses] == [LABOUR_80.id]


def test_a_coupon_for_what_another_made_free_is_refused():
    free = coupon(CouponKind.ITEM, 5, item_codes=frozenset({"A"}))
    labour_of_a = coupon(CouponKind.LABOUR, 6, pay_percent=80, item_codes=frozenset({"A"}))
    refusal = idle_refusal(BILL, [labour_of_a, free])
    assert refusal is not None
    assert refusal.sentence == "用了前面的券，「券」就没有可抵的了。"


def test_a_discount_that_rounds_to_nothing_is_no_discount():
    almost_all = coupon(CouponKind.PERCENT, 7, pay_percent=99)
    refusal = why_not(almost_all, bill(BillLine(1, LineKind.PARTS, 49)), NOW)
    assert refusal is not None
    assert refusal.refusal is CouponRefusal.SAVES_NOTHING
    assert why_not(almost_all, bill(BillLine(1, LineKind.PARTS, 51)), NOW) is None


@given(lines_of_a_bill, purse)
def test_no_coupon_is_ever_used_for_nothing(a_bill, coupons):
    assert all(use.discount_fen > 0 for use in apply_coupons(a_bill, coupons).uses)
    best = pick_best(a_bill, coupons, NOW, HOUSE)
    assert [use.coupon_id for use in best.bill.uses] == [
        each.id for each in sorted(best.coupons, key=lambda each: (list(CouponKind).index(each.kind), each.id))
    ]
    assert idle_refusal(a_bill, best.coupons) is None
