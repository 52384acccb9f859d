"""What the workshop can refuse."""

from foundation.errors import InvalidInput, NotAllowed, NotFound, Refused


class RepairOrderNotFound(NotFound):
    """No such order for this actor."""

    message = "没找到这张工单，可能已作废。"


class LineNotFound(NotFound):
    """No such job for this actor."""

    message = "没找到这个项目。"


class AdditionalWorkNotFound(NotFound):
    """No such sheet for this actor."""

    message = "没找到这张增项单。"


class WalkInIncomplete(InvalidInput):
    """Without an appointment an order needs store, customer, car and what the owner says."""

    code = "walk_in_incomplete"
    message = "没有预约的接车，要填门店、客户、车辆和车主描述。"


class OrderAlreadyOpen(Refused):
    """One open order per car and store; details carry its id."""

    code = "repair_order_already_open"
    message = "这辆车在本店还有一张没结束的工单。"


class NotTheirCar(Refused):
    """The customer has nothing to do with the car."""

    code = "not_their_car"
    message = "这位客户名下没有这辆车，请先建立人车关系。"


class AppointmentNotArrived(Refused):
    """A repair order is opened for an owner who is here."""

    code = "appointment_not_arrived"
    message = "这个预约还没有到店，请先登记到店。"


class MileageNeedsReason(Refused):
    """The odometer shows less than last time."""

    code = "mileage_needs_reason"
    message = "里程比上次小，请核对，换过表请填原因。"


class MileageUnlikely(Refused):
    """The odometer jumped far ahead: is that right? Sent again with `is_mileage_confirmed` it is taken; details carry
    `last_known_km` and `last_known_on`.
    """

    code = "mileage_unlikely"
    message = "里程比上次多了很多，没输错吗？"


class ReadingChanged(Refused):
    """Somebody corrected it first; details carry `current_km`."""

    code = "reading_changed"
    message = "这条里程刚被改过，请看最新的。"


class ReadingNotFound(NotFound):
    """No such reading of this car."""

    message = "没找到这条里程记录。"


class InspectionIncomplete(Refused):
    """Photos or reminders are missing; details carry `missing`."""

    code = "inspection_incomplete"
    message = "环车检查还不完整。"


class InspectionSigned(Refused):
    """What the owner signed is not changed afterwards."""

    code = "inspection_signed"
    message = "车主已经签字，环车检查不能再改。"


class NothingToEstimate(InvalidInput):
    """An estimate has lines, each known to the catalogue."""

    code = "items_not_known"
    message = "请选择要报价的项目。"


class PayerApprovalMissing(Refused):
    """A warranty or insurance line needs the approval of who pays it."""

    code = "payer_approval_missing"
    message = "三包或保险项目要先填批复号。"


class GoodwillNeedsManager(NotAllowed):
    """Lines the house pays itself are the service manager's of this store to give."""

    code = "goodwill_needs_manager"
    message = "内部和善意项目需要本店服务经理。"


class GoodwillNotApproved(Refused):
    """The house pays more than the manager may give alone, or it is their own order; details carry `goodwill_fen`."""

    code = "goodwill_not_approved"
    message = "善意和内部项目还没批，批准后才能发给车主。"


class EstimateChanged(Refused):
    """The owner looks at an older version; details carry `current_version`."""

    code = "estimate_changed"
    message = "项目有更新，请看新的。"


class CarIsHere(Refused):
    """It is sold after it was given back."""

    code = "car_is_here"
    message = "车还在店里，取车后再办理过户。"


class AboveLimit(NotAllowed):
    """An authorised person agrees to more than the owner lets them; details say to how much they may still."""

    code = "above_limit"
    message = "超过车主给您的授权金额，请车主本人决定。"


class OwnerMustDecide(NotAllowed):
    """A family member sees the progress; deciding is the owner's."""

    code = "owner_must_decide"
    message = "需要车主或授权人决定。"


class TechnicianNotSuitable(Refused):
    """Skill, certificate, shift or load; the message says which."""

    code = "technician_not_suitable"
    message = "这位技师不能接这个项目。"


class BayNotSuitable(Refused):
    """The bay is of another kind, shut, or of another store."""

    code = "bay_not_suitable"
    message = "这个工位不能做这个项目。"


class BayOccupied(Refused):
    """Another car is being worked on in the bay, or rests there; details carry its `repair_order_id`."""

    code = "bay_occupied"
    message = "这个工位上一辆车还没做完，请车间主管换个工位。"


class AlreadyClockedOn(Refused):
    """One technician is on one job at a time."""

    code = "already_clocked_on"
    message = "您正在做另一个项目，请先暂停或完成。"


class PhotoMissing(Refused):
    """A job is finished with at least one photo."""

    code = "photo_missing"
    message = "完成前请至少拍 1 张照片。"


class EvidenceMissing(InvalidInput):
    """What staff record for an owner is shown by their paper or by a call with its time; the message says which."""

    code = "evidence_missing"
    message = "请填通话时间和车主怎么说的，或拍下签字的纸质单据。"


class AdditionalWorkNotPriced(Refused):
    """Every item has a price before the owner is asked."""

    code = "additional_work_not_priced"
    message = "还有项目没定价。"


class AdditionalWorkChanged(Refused):
    """The owner looks at an older version or one taken back; details carry `current_version`."""

    code = "additional_work_changed"
    message = "项目有更新，请看新的。"


class DecisionTooLate(Refused):
    """The half hour is over: the advisor phones."""

    code = "decision_too_late"
    message = "已过时间，顾问会打电话给您。"


class AlreadyDecided(Refused):
    """A decision stands; details carry `decisions`."""

    code = "already_decided"
    message = "这一项已经决定过了。"


class RefusalMustBeSigned(Refused):
    """Declined safety work is signed 拒绝维修告知; details carry `line_ids`."""

    code = "refusal_must_be_signed"
    message = "安全项目不做，需要签一份拒绝维修告知。"


class TooLateForAdditionalWork(Refused):
    """Nothing is added once the bill is made."""

    code = "too_late_for_additional_work"
    message = "账单已出，不能再加项目。"


class ChecksNotPossible(Refused):
    """Self and team check come when all jobs are done."""

    code = "checks_not_possible"
    message = "还有项目没做完，不能自检。"


class PartNotFitted(Refused):
    """Only a job that was begun and then stopped has parts in the car that nobody finished."""

    code = "part_not_fitted"
    message = "这个项目没开工，或还在施工：没开工的请退库，在做的完工时自动登记。"


class RoadTestMissing(Refused):
    """Braking and steering work is driven before it passes."""

    code = "road_test_missing"
    message = "动过刹车或转向，要先路试。"


class ReasonMissing(Refused):
    """A failed check says why and shows it."""

    code = "reason_missing"
    message = "请写明原因，并拍至少 1 张照片。"


class CannotVoid(Refused):
    """Somebody clocked on or a part was handed out."""

    code = "cannot_void"
    message = "已经开工或领料，不能作废。"


class CannotBill(Refused):
    """The message says what is missing."""

    code = "cannot_bill"
    message = "还不能结算。"


class PromiseInThePast(Refused):
    """A promise lies ahead."""

    code = "promise_in_the_past"
    message = "承诺时间要在现在之后。"
