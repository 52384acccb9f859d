"""Which jobs can be offered in words."""

from dataclasses import replace

import pytest

from crm_core.repair_orders.free_line_rules import FreeGap, FreeJob, OutsidePart, gap_in, part_number, used_fen

PIPE = OutsidePart("空调高压管", 2, 180_00)
JOB = FreeJob("更换空调高压管", 90, labour_centihours=1_50, parts=(PIPE,))


def test_it_has_hours_or_a_price_or_only_parts():
    assert gap_in(JOB, ["小保养"]) is None
    assert gap_in(replace(JOB, labour_centihours=0, labour_fen=300_00, parts=()), []) is None
    assert gap_in(replace(JOB, labour_centihours=0), []) is None
    assert gap_in(replace(JOB, labour_fen=300_00), []) is FreeGap.TWO_PRICES
    assert gap_in(replace(JOB, labour_centihours=0, parts=()), []) is FreeGap.NO_PRICE


@pytest.mark.parametrize("name", ["小保养", " 小 保养", "PDI检查"])
def test_what_the_catalogue_has_is_offered_from_it(name: str):
    assert gap_in(replace(JOB, name=name), ["小保养", "pdi 检查"]) is FreeGap.IN_CATALOGUE


def test_it_and_its_parts_have_names():
    assert gap_in(replace(JOB, name=" "), []) is FreeGap.NO_NAME
    assert gap_in(replace(JOB, parts=(replace(PIPE, name=""),)), []) is FreeGap.NO_NAME


@pytest.mark.parametrize(
    "job",
    [
        replace(JOB, minutes=4),
        replace(JOB, name="长" * 41),
        replace(JOB, labour_centihours=-1),
        replace(JOB, parts=(replace(PIPE, quantity=0),)),
        replace(JOB, parts=(replace(PIPE, quantity=100),)),
        replace(JOB, parts=(replace(PIPE, price_fen=-1),)),
        replace(JOB, parts=(PIPE,) * 11),
        replace(JOB, parts=(replace(PIPE, price_fen=10**8),)),
    ],
)
def test_figures_that_no_job_has_are_refused(job: FreeJob):
    assert gap_in(job, []) is FreeGap.OUT_OF_BOUNDS
    assert FreeGap.OUT_OF_BOUNDS.words


def test_its_parts_cost_their_pieces():
    assert JOB.parts_fen == 360_00
    assert PIPE.words == "空调高压管 ×2"
    assert part_number(1207, 2) == "WG-1207-2"


def test_of_a_stopped_job_only_what_was_bought_and_used_is_paid_at_its_share_of_the_price():
    prices = {"WG-1-1": 360_00, "WG-1-2": 40_00}
    assert used_fen(400_00, prices, ["WG-1-2"]) == 40_00
    assert used_fen(400_00, prices, prices) == 400_00
    assert used_fen(200_00, prices, ["WG-1-1"]) == 180_00, "a discount is shared"
    assert used_fen(400_00, prices, ["PAD-X6"]) == 400_00, "another part took its place"
    assert used_fen(0, {"WG-1-1": 0}, []) == 0
