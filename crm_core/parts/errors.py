"""Why the store room refuses something."""

from foundation.errors import NotFound, Refused


class PartRequestNotFound(NotFound):
    """No such request for this actor."""

    message = "没找到这条领料。"


class PartNotFound(NotFound):
    """The catalogue has no part with this number."""

    message = "配件目录里没有这个件号。"


class NoneIsFree(Refused):
    """Whoever waits for a part needs more pieces than are free."""

    code = "none_is_free"
    message = "账上可用的不够这台车用，请刷新后再看。"


class NotInThisBin(Refused):
    """Fewer pieces lie in the bin than were to be taken from it."""

    code = "not_in_this_bin"
    message = "这个货位没有这么多件，请刷新后再看。"


class PartsNotIssued(Refused):
    """A job cannot be finished as long as a part it needs was not handed out."""

    code = "parts_not_issued"
    message = "这个项目的配件还没领，请先领料。"


class PartsNotReturned(Refused):
    """An order cannot be billed as long as a part that was handed out is neither used nor taken back."""

    code = "parts_not_returned"
    message = "还有领出的配件没登记：装上车的请记「已用上」，没用的请退库。"


class PurchaseNotFound(NotFound):
    """No such purchase order for this actor."""

    message = "没找到这张采购单。"


class SupplierNotFound(NotFound):
    """There is no such supplier, or nobody orders from them any more."""

    message = "没有这家供应商，或已停用。请先在设置里添加。"


class NothingToOrder(Refused):
    """A purchase order without lines."""

    code = "nothing_to_order"
    message = "采购单里还没有配件。"


class MoreThanOrdered(Refused):
    """More pieces arrived than were still to come."""

    code = "more_than_ordered"
    message = "到货数量超过未到的数量。多到的请另开一张采购单。"


class EtaInThePast(Refused):
    """A delivery is expected at a time that is over."""

    code = "eta_in_the_past"
    message = "预计到货时间已经过了，请填以后的时间。"


class TransferNotFound(NotFound):
    """No such transfer for this actor."""

    message = "没找到这张调拨单。"


class SameStore(Refused):
    """A store asks itself."""

    code = "same_store"
    message = "请选另一家门店。同一家店里换地方用“移货位”。"


class MoreThanAsked(Refused):
    """A store agrees to give more than was asked for, or nothing at all."""

    code = "more_than_asked"
    message = "同意的件数不能超过请调的，也不能都是 0。都不给的，请选“不同意”。"


class NotAnAlternative(Refused):
    """Nobody said that this part may be fitted in place of the other."""

    code = "not_an_alternative"
    message = "它不是这个件在这款车上的替代件。替代件在“设置 - 替代件”里维护。"


class NotSoManyFree(Refused):
    """The giving store has fewer pieces than it would set aside, or has set aside."""

    code = "not_so_many_free"
    message = "没有这么多没人要的件，可能刚被留走。请改少件数，或不同意。"


class StockTakeNotFound(NotFound):
    """No such stock take for this actor."""

    message = "没找到这张盘点单。"


class ZoneIsCounted(Refused):
    """A zone is counted by one stock take at a time."""

    code = "zone_is_counted"
    message = "这个区域正在盘点，请接着那张单盘。"


class NotAllCounted(Refused):
    """A count is finished when every line has a number."""

    code = "not_all_counted"
    message = "还有没盘的。没有的请写 0。"


class DifferenceUnexplained(Refused):
    """The ledger is not put right without a reason."""

    code = "difference_unexplained"
    message = "每条差异都要写原因才能入账。"


class SecondPersonNeeded(Refused):
    """A large difference is booked by somebody who may approve and did not count."""

    code = "second_person_needed"
    message = "差异超过可以自己入账的限额，要请没有参加盘点的服务经理、财务或店总入账。"


class MoreReservedThanThere(Refused):
    """A loss that would take pieces away from somebody they are promised to."""

    code = "more_reserved_than_there"
    message = "有配件盘下来比已留给车和预约的还少，或盘点以后又动过。请先放开留件或重盘，再入账。"
