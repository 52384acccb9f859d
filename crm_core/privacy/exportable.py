"""The lists of the officer for personal data as files."""

from collections.abc import AsyncIterator

from crm_core.dealerships import audit_reading
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.audit_reading import AuditLine
from crm_core.dealerships.exporting import Question, exportable
from crm_core.privacy import keeping_queries, queries
from crm_core.privacy.keeping_queries import ConsentRow
from crm_core.privacy.queries import StaffPrivacyRequest

_PAGE = 500


@exportable(
    "privacy-requests",
    title="个人信息请求",
    action="privacy.read",
    columns={
        "customer_name": "请求人",
        "kind": "请求",
        "state": "状态",
        "asked_at": "提交",
        "due_on": "答复期限",
        "ended_at": "答复时间",
        "store": "门店",
    },
)
async def privacy_requests(actor: Actor, question: Question) -> AsyncIterator[StaffPrivacyRequest]:
    """Those of the officer's stores."""
    for row in await queries.of_reader(actor):
        yield row


@exportable(
    "audit",
    title="审计记录",
    action="audit.read",
    columns={
        "at": "时间",
        "who": "谁",
        "word": "做了什么",
        "action": "代码",
        "subject": "对象",
        "reason": "原因",
        "id": "编号",
    },
    question=("area", "who", "subject", "from", "until"),
)
async def audit_lines(actor: Actor, question: Question) -> AsyncIterator[AuditLine]:
    """The lines the page shows for this question, page by page."""
    cursor: str | None = None
    while True:
        page = await audit_reading.page(actor, **audit_reading.read_question(question), cursor=cursor, limit=_PAGE)
        for row in page.items:
            yield row
        cursor = page.next_cursor
        if cursor is None:
            return


@exportable(
    "consents",
    title="同意记录",
    action="privacy.read",
    columns={
        "customer_name": "客户",
        "store": "门店",
        "purpose": "用途",
        "text_version": "说明的版本",
        "given_at": "同意",
        "how": "方式",
        "withdrawn_at": "撤回",
    },
)
async def consents(actor: Actor, question: Question) -> AsyncIterator[ConsentRow]:
    """The ledger of the officer's stores, page by page."""
    cursor: str | None = None
    while True:
        page = await keeping_queries.consents(actor, cursor=cursor, limit=_PAGE)
        for row in page.items:
            yield row
        cursor = page.next_cursor
        if cursor is None:
            return
