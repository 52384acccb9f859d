"""Why the store room refuses something."""

from foundation.errors import NotFound, Refused


class PartRequestNotFound(NotFound):
    """No such request for this actor."""

    message = "没找到这条领料。"


class PartNotFound(NotFound):
    """The catalogue has no part with this number."""

    message = "配件目录里没有这个件号。"


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
