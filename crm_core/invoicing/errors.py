"""What can be refused."""

from foundation.errors import InvalidInput, NotFound, Refused, TooManyRequests


class TitleNotFound(NotFound):
    """No such title of this owner."""

    message = "没找到这个发票抬头。"


class RequestNotFound(NotFound):
    """No such request for this actor."""

    message = "没找到这个开票申请。"


class TitleNotAccepted(InvalidInput):
    """No invoice of this kind can be made out to the title; the sentence says why."""

    code = "invoice_title_not_accepted"
    message = "发票抬头不完整，请检查。"


class NothingToInvoice(Refused):
    """Nothing was paid yet, or all of it was refunded."""

    code = "nothing_to_invoice"
    message = "付款后才能开发票。"


class AlreadyAsked(Refused):
    """The bill has a waiting request or an invoice already."""

    code = "invoice_already_asked"
    message = "这张账单已经申请过发票。"


class NumberNotAccepted(InvalidInput):
    """The text is no invoice number, or another request has this number."""

    code = "invoice_number_not_accepted"
    message = "发票号码不对，请核对。"


class TooManyTitles(TooManyRequests):
    """The owner has stored as many titles as are allowed."""

    code = "too_many_titles"
    message = "最多保存 20 个抬头，请先删掉不用的。"


class ServiceStillAnswers(Refused):
    """A service is set up, so it says what became of an order."""

    code = "service_still_answers"
    message = "开票服务还接着，号码或原因会自己回来，不能收回。"


class NoInvoiceService(Refused):
    """No service that issues invoices is set up."""

    code = "no_invoice_service"
    message = "没有接开票服务，请在税务系统开好后登记号码。"
