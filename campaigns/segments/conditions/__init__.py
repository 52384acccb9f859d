"""What can be asked about a customer. Each condition is validated, turned into SQL and read aloud in one class.

SQL speaks about the customer row `c`. A condition about other tables is one EXISTS, which the planner turns into a join
where it can; `is_total` says that it is never unknown, so that an exclusion may simply negate it. Conditions on cars
speak about `v` (and its model `m`): several of them are met by one and the same car, which the group sees to.
"""

from typing import Annotated

from pydantic import Field

from campaigns.segments.conditions.base import CarCondition, Condition, owns
from campaigns.segments.conditions.cars import CarAge, InsuranceEnds, PowertrainIs, SeriesIs, ServiceDue
from campaigns.segments.conditions.people import FirstSource, HasConsent, HasCoupon, HasTag, HomeStore, IsFriend
from campaigns.segments.conditions.visits import (
    DormancyIs,
    LastVisit,
    LastVisitDaysAgo,
    NoPaidVisit,
    PaidVisits,
    Spend,
    VisitCount,
)

__all__ = ["AnyCondition", "CarCondition", "Condition", "owns"]

AnyCondition = Annotated[
    SeriesIs
    | PowertrainIs
    | CarAge
    | InsuranceEnds
    | ServiceDue
    | DormancyIs
    | LastVisit
    | LastVisitDaysAgo
    | NoPaidVisit
    | PaidVisits
    | Spend
    | VisitCount
    | HasTag
    | HomeStore
    | IsFriend
    | HasConsent
    | FirstSource
    | HasCoupon,
    Field(discriminator="field"),
]
