"""What can be asked about a customer. Each condition is one class that validates itself and makes its SQL and its
words.

The SQL is about the customer row `c`. A condition about other tables is one EXISTS, which the planner turns into a join
if it can. `is_total` says that the condition is never NULL, so that an exclusion may simply negate it. Conditions on
cars are about `v` (and its model `m`); the group makes sure that several of them are met by the same car.
"""

from typing import Annotated

from pydantic import Field

from campaigns.segments.conditions.base import CarCondition, Condition, owns
from campaigns.segments.conditions.cars import CarAge, InsuranceEnds, PowertrainIs, SeriesIs, ServiceDue
from campaigns.segments.conditions.noted import CarNoted, CustomerNoted
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
    | HasCoupon
    | CustomerNoted
    | CarNoted,
    Field(discriminator="field"),
]
