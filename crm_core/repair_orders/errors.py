"""The errors of the workshop."""

from foundation.errors import InvalidInput, NotAllowed, NotFound, Refused, TooManyRequests


class RepairOrderNotFound(NotFound):
    """The order does not exist, or this actor may not see it."""

    message = "没找到这张工单，可能已作废。"


class TooManySignatures(TooManyRequests):
    """The account has drawn as many signatures as a day allows."""

    code = "too_many_signatures"
    message = "今天签字的次数太多了，请明天再试，或请服务顾问到店里帮您确认。"


class LineNotFound(NotFound):
    """The line does not exist, or this actor may not see it."""

    message = "没找到这个项目。"


class AdditionalWorkNotFound(NotFound):
    """The sheet does not exist, or this actor may not see it."""

    message = "没找到这张增项单。"


class WalkInIncomplete(InvalidInput):
    """An order without an appointment needs a store, a customer, a car and the owner's complaint."""

    code = "walk_in_incomplete"
    message = "没有预约的接车，要填门店、客户、车辆和车主描述。"


class OrderAlreadyOpen(Refused):
    """The car has an open order in this store already; the details hold its id."""

    code = "repair_order_already_open"
    message = "这辆车在本店还有一张没结束的工单。"


class NotTheirCar(Refused):
    """The customer is neither the owner of the car nor bound to it."""

    code = "not_their_car"
    message = "这位客户名下没有这辆车，请先建立人车关系。"


class AppointmentNotArrived(Refused):
    """A repair order can be opened only once the owner has arrived."""

    code = "appointment_not_arrived"
    message = "这个预约还没有到店，请先登记到店。"


class MileageNeedsReason(Refused):
    """The odometer shows less than last time, and no reason was given."""

    code = "mileage_needs_reason"
    message = "里程比上次小，请核对，换过表请填原因。"


class MileageUnlikely(Refused):
    """The odometer jumped implausibly far. Sent again with `is_mileage_confirmed`, the value is accepted; the details
    hold `last_known_km` and `last_known_on`.
    """

    code = "mileage_unlikely"
    message = "里程比上次多了很多，没输错吗？"


class ReadingChanged(Refused):
    """Somebody else has corrected the reading meanwhile; the details hold `current_km`."""

    code = "reading_changed"
    message = "这条里程刚被改过，请看最新的。"


class ReadingNotFound(NotFound):
    """The car has no such reading."""

    message = "没找到这条里程记录。"


class InspectionIncomplete(Refused):
    """Photos or reminders are missing; the details hold `missing`."""

    code = "inspection_incomplete"
    message = "环车检查还不完整。"


class InspectionSigned(Refused):
    """The owner has signed the inspection, so it can no longer be changed."""

    code = "inspection_signed"
    message = "车主已经签字，环车检查不能再改。"


class FreeLineIncomplete(InvalidInput):
    """A job in words lacks something, or is in the catalogue; the message says what."""

    code = "free_line_incomplete"
    message = "自由项目没写完整。"


class NothingToEstimate(InvalidInput):
    """The estimate has no line, or one that the catalogue does not know."""

    code = "items_not_known"
    message = "请选择要报价的项目。"


class PayerApprovalMissing(Refused):
    """A warranty or insurance line needs the approval number of its payer."""

    code = "payer_approval_missing"
    message = "三包或保险项目要先填批复号。"


class GoodwillNeedsManager(NotAllowed):
    """Only the service manager of this store may make the house pay for a line."""

    code = "goodwill_needs_manager"
    message = "内部和善意项目需要本店服务经理。"


class GoodwillNotApproved(Refused):
    """The house would pay more than the manager may grant alone, or it is the manager's own order, and nobody has
    approved it yet; the details hold `goodwill_fen`.
    """

    code = "goodwill_not_approved"
    message = "善意和内部项目还没批，批准后才能发给车主。"


class OnlyOwnJobsAreDiscounted(InvalidInput):
    """A discount is on a job that somebody other than the owner pays."""

    code = "only_own_jobs_are_discounted"
    message = "只有车主自费的项目能优惠。"


class DeductibleNotPossible(InvalidInput):
    """The owner cannot bear this part of the job; the message says why."""

    code = "deductible_not_possible"
    message = "车主自付的金额不对。"


class DiscountNeedsReason(InvalidInput):
    """Nothing is said about why a discount is given."""

    code = "discount_needs_reason"
    message = "请写优惠的原因。"


class DiscountTooHigh(Refused):
    """More is taken off than anybody may give; the details hold the highest sum, `allowed_fen`."""

    code = "discount_too_high"
    message = "优惠太多了，超过这份报价最多能优惠的金额。"


class DiscountNotApproved(Refused):
    """More is taken off than the actor may give alone, and nobody has agreed yet; the details hold `discount_fen`."""

    code = "discount_not_approved"
    message = "优惠还没批，批准后才能发给车主。"


class EstimateChanged(Refused):
    """The owner looks at an older version; the details hold `current_version`."""

    code = "estimate_changed"
    message = "项目有更新，请看新的。"


class NothingAllowed(InvalidInput):
    """Every job of the estimate is declined: that ends the order, which is a step of its own."""

    code = "nothing_allowed"
    message = "一项都不做的话，请选「暂不维修」。"


class JobsBelongTogether(InvalidInput):
    """Of jobs that are decided together, some are allowed and some are not."""

    code = "jobs_belong_together"
    message = "有的项目要一起做，请一起选或一起不选。"


class CarIsHere(Refused):
    """The car cannot be sold while it is in the workshop."""

    code = "car_is_here"
    message = "车还在店里，取车后再办理过户。"


class AboveLimit(NotAllowed):
    """An authorised person agrees to more than the owner's limit; the details say how much is left."""

    code = "above_limit"
    message = "超过车主给您的授权金额，请车主本人决定。"


class CarNotRegistered(Refused):
    """A visitor booked by plate: the car is registered before it is received."""

    code = "car_not_registered"
    message = "这是按车牌约的，车还没登记：请先读车架号登记车辆，再接车。"


class OwnerMustDecide(NotAllowed):
    """A family member may only look; the owner or an authorised person must decide."""

    code = "owner_must_decide"
    message = "需要车主或授权人决定。"


class TechnicianNotSuitable(Refused):
    """The technician lacks a skill or certificate, is not on shift, or is fully booked; the message says which."""

    code = "technician_not_suitable"
    message = "这位技师不能接这个项目。"


class BayNotSuitable(Refused):
    """The bay is of another kind, shut, or of another store."""

    code = "bay_not_suitable"
    message = "这个工位不能做这个项目。"


class BayOccupied(Refused):
    """Another car is in the bay, being worked on or paused; the details hold its `repair_order_id`."""

    code = "bay_occupied"
    message = "这个工位上一辆车还没做完，请车间主管换个工位。"


class NoLongerLowered(Refused):
    """A job is not the owner's to pay, before the owner just now, over, or costs less than is to be taken off."""

    code = "no_longer_lowered"
    message = "这个项目现在不能再优惠：要是车主付款、已同意或已定价还没发出的项目，而且不能减到零以下。"


class AlreadyClockedOn(Refused):
    """The technician is working on another job, and can work on only one at a time."""

    code = "already_clocked_on"
    message = "您正在做另一个项目，请先暂停或完成。"


class NothingToJoin(Refused):
    """Nobody is working on the job just now, or it is the actor's own."""

    code = "nothing_to_join"
    message = "这个项目现在没有同事在做，不能加入。"


class NoteMissing(InvalidInput):
    """A job is passed on with what the next technician has to know."""

    code = "note_missing"
    message = "请写一句交接说明：做到哪儿了、要注意什么。"


class NotOnThisJob(Refused):
    """The actor does not help with the job: their clock is not running, or it is their own job."""

    code = "not_on_this_job"
    message = "您没有在协助这个项目。"


class DamageNotPlaced(InvalidInput):
    """A mark of the walk-around has only half a place, or one outside the drawn car."""

    code = "damage_not_placed"
    message = "损伤的位置不在车图上，请重新点一下。"


class PhotoMissing(Refused):
    """At least one photo is needed."""

    code = "photo_missing"
    message = "完成前请至少拍 1 张照片。"


class EvidenceMissing(InvalidInput):
    """A decision that staff record for an owner needs a signed paper, or the time of a call and the owner's words."""

    code = "evidence_missing"
    message = "请填通话时间和车主怎么说的，或拍下签字的纸质单据。"


class AdditionalWorkNotPriced(Refused):
    """An item has no price yet, so the owner cannot be asked."""

    code = "additional_work_not_priced"
    message = "还有项目没定价。"


class AdditionalWorkChanged(Refused):
    """The owner looks at an older or withdrawn version; the details hold `current_version`."""

    code = "additional_work_changed"
    message = "项目有更新，请看新的。"


class DecisionTooLate(Refused):
    """The time to decide is over; the advisor will phone."""

    code = "decision_too_late"
    message = "已过时间，顾问会打电话给您。"


class AlreadyDecided(Refused):
    """The item was decided before; the details hold `decisions`."""

    code = "already_decided"
    message = "这一项已经决定过了。"


class DeclineMustBeSigned(Refused):
    """Declining safety work needs a signed 拒绝维修告知; the details hold `line_ids`."""

    code = "decline_must_be_signed"
    message = "安全项目不做，需要签一份拒绝维修告知。"


class TooLateForAdditionalWork(Refused):
    """Work can no longer be added, because the bill is made."""

    code = "too_late_for_additional_work"
    message = "账单已出，不能再加项目。"


class ChecksNotPossible(Refused):
    """The self check and the team check are possible only when all jobs are done."""

    code = "checks_not_possible"
    message = "还有项目没做完，不能自检。"


class PartNotFitted(Refused):
    """A part can be marked as used by hand only for a job that was begun and then stopped; otherwise finishing the job
    does it.
    """

    code = "part_not_fitted"
    message = "这个项目没开工，或还在施工：没开工的请退库，在做的完工时自动登记。"


class CheckPointsMissing(Refused):
    """Of some points of the inspection nothing was said, or of something that is none."""

    code = "check_points_missing"
    message = "每个检查项都要打勾，或选不适用。"


class RoadTestMissing(Refused):
    """Work on brakes or steering needs a road test before it passes."""

    code = "road_test_missing"
    message = "动过刹车或转向，要先路试。"


class ReasonMissing(Refused):
    """A failed check needs a reason and a photo."""

    code = "reason_missing"
    message = "请写明原因，并拍至少 1 张照片。"


class PriceNeedsNewYes(Refused):
    """A job would cost more than its owner allowed."""

    code = "price_needs_new_yes"
    message = "没有车主新的同意，价格只能降不能升。要加价请另报增项。"


class CannotVoid(Refused):
    """The order cannot be voided, because work has begun or a part was handed out."""

    code = "cannot_void"
    message = "已经开工或领料，不能作废。"


class CannotBill(Refused):
    """The order cannot be billed yet; the message says what is missing."""

    code = "cannot_bill"
    message = "还不能结算。"


class PromiseInThePast(Refused):
    """A promised time must be in the future."""

    code = "promise_in_the_past"
    message = "承诺时间要在现在之后。"
