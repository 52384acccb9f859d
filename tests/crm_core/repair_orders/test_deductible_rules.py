"""What an insurer leaves to the owner of a job: together with what the insurer pays it is the price, to the fen."""

import pytest

from crm_core.billing.rules import Payer
from crm_core.repair_orders import deductible_rules as rules


@pytest.mark.parametrize(
    ("labour_fen", "parts_fen", "deductible_fen", "shared"),
    [
        (300_00, 700_00, 0, (300_00, 700_00, 0)),
        (300_00, 700_00, 200_00, (240_00, 560_00, 200_00)),
        (0, 700_00, 200_00, (0, 500_00, 200_00)),
        (1, 2, 1, (1, 1, 1)),
        (100_00, 0, 200_00, (0, 0, 100_00)),
        (0, 0, 200_00, (0, 0, 0)),
    ],
)
def test_the_owners_part_is_taken_off_labour_and_parts_and_is_never_more_than_they_cost(
    labour_fen, parts_fen, deductible_fen, shared
):
    assert rules.split(labour_fen, parts_fen, deductible_fen) == shared
    assert sum(shared) == labour_fen + parts_fen


@pytest.mark.parametrize(
    ("payer", "deductible_fen", "is_possible"),
    [
        (Payer.CP, 0, True),
        (Payer.CP, 1, False),
        (Payer.W, 1, False),
        (Payer.I, 1000_00, True),
        (Payer.I, 1000_01, False),
    ],
)
def test_only_an_insured_job_has_a_deductible_and_not_above_its_price(payer, deductible_fen, is_possible):
    assert (rules.refusal(payer, deductible_fen, 1000_00) is None) == is_possible


def test_the_owner_pays_their_own_jobs_whole_and_nothing_of_others():
    assert rules.owners_fen(Payer.CP, 300_00, 0) == 300_00
    assert rules.owners_fen(Payer.W, 300_00, 0) == 0
    assert rules.owners_fen(Payer.I, 300_00, 200_00) == 200_00
