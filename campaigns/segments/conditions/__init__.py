"""What can be asked about a customer. Each condition is one class that validates itself and makes its SQL and its
words.

The SQL is about the customer row `c`. A condition about other tables is one EXISTS, which the planner turns into a join
if it can. `is_total` says that the condition is never NULL, so that an exclusion may simply negate it. Conditions on
cars are about `v` (and its model `m`); the group makes sure that several of them are met by the same car.
"""

from typing import Annotated

from pydantic import Field

from campaigns.segments.conditions.base import CarCondition, Condition, owns
from campaigns.segments.conditions.car_papers import (
    Delivered,
    DeliveredDaysAgo,
    InspectionEnds,
    Mileage,
    ModelYear,
    PlateBegins,
    RecallOpen,
    WarrantyEnds,
)
from campaigns.segments.conditions.car_work import DeclinedWork, ItemDone
from campaigns.segments.conditions.cars import CarAge, InsuranceEnds, PowertrainIs, SeriesIs, ServiceDue
from campaigns.segments.conditions.happened import Happened
from campaigns.segments.conditions.listed import InFixedList
from campaigns.segments.conditions.matters import (
    Bookings,
    CarInWorkshop,
    Complained,
    HasBooking,
    LastScore,
    SurveyAnswered,
)
from campaigns.segments.conditions.noted import CarNoted, CustomerNoted
from campaigns.segments.conditions.people import (
    Birthday,
    CarCount,
    FirstSource,
    HasConsent,
    HasCoupon,
    HasPhone,
    HasTag,
    HomeStore,
    IsCompany,
    IsFriend,
    LivesIn,
    OnFileDaysAgo,
    UsesMiniProgram,
)
from campaigns.segments.conditions.reached import CampaignDid
from campaigns.segments.conditions.signals import ShowsSignals
from campaigns.segments.conditions.value import Grades, ValueGroupIs, ValueIs
from campaigns.segments.conditions.visits import (
    DormancyIs,
    LastVisit,
    LastVisitDaysAgo,
    NoPaidVisit,
    PaidSum,
    PaidVisits,
    Spend,
    VisitCount,
)
from campaigns.segments.conditions.waking import WakingPath, WakingTurn

__all__ = ["AnyCondition", "CarCondition", "Condition", "owns"]

AnyCondition = Annotated[
    SeriesIs
    | PowertrainIs
    | CarAge
    | PlateBegins
    | Mileage
    | ModelYear
    | Delivered
    | DeliveredDaysAgo
    | InsuranceEnds
    | InspectionEnds
    | WarrantyEnds
    | ServiceDue
    | RecallOpen
    | DeclinedWork
    | ItemDone
    | DormancyIs
    | LastVisit
    | LastVisitDaysAgo
    | NoPaidVisit
    | PaidVisits
    | PaidSum
    | Spend
    | VisitCount
    | Grades
    | ValueIs
    | ValueGroupIs
    | CarInWorkshop
    | HasBooking
    | Bookings
    | Complained
    | SurveyAnswered
    | LastScore
    | HasTag
    | HomeStore
    | IsFriend
    | HasConsent
    | FirstSource
    | OnFileDaysAgo
    | LivesIn
    | Birthday
    | IsCompany
    | UsesMiniProgram
    | HasPhone
    | CarCount
    | HasCoupon
    | CampaignDid
    | InFixedList
    | ShowsSignals
    | CustomerNoted
    | CarNoted
    | Happened
    | WakingPath
    | WakingTurn,
    Field(discriminator="field"),
]
