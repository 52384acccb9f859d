"""The list of requests for invoices as a file."""

from collections.abc import AsyncIterator

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable, of_each_store
from crm_core.invoicing import queries
from crm_core.invoicing.queries import InvoiceRequestRow


@exportable(
    "invoice-requests",
    title="开票申请",
    action="invoices.read",
    columns={
        "bill_number": "账单",
        "customer_name": "客户",
        "plate": "车牌",
        "name": "抬头",
        "tax_number": "税号",
        "amount_fen": "金额",
        "state": "状态",
        "asked_at": "申请时间",
        "due_at": "开票期限",
        "number": "发票号码",
        "handled_by": "处理人",
    },
)
def invoice_requests(actor: Actor, question: Question) -> AsyncIterator[InvoiceRequestRow]:
    """Those of every store the reader sees."""
    return of_each_store(actor, "invoices.read", queries.of_store)
