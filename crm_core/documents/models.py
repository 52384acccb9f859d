"""Tables of documents and their files."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from crm_core.documents.rules import DocumentKind, FileState
from foundation.json_types import Json
from foundation.keys import Key
from foundation.owed import Paced
from foundation.personal import NOTHING, WORKSHOP_RECORD, Emptied, Moved, Personal, Shown
from foundation.table import Table


class Document(Table):
    """One edition of one document. The database refuses to change what it says."""

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharEnumField(DocumentKind, max_length=2)
    number = fields.CharField(max_length=32)
    """`WT-S01-261123-0231`, without the edition."""
    edition = fields.IntField()
    repair_order_id = Key("repair_order", null=True)
    """None of a receipt or a loan car that belongs to no order."""
    about = fields.CharField(max_length=40)
    """`repair_order:12`, or the sheet, payment or lending: `additional_work:5`."""
    store_id = Key("store")
    customer_id = Key("customer")
    paper: dict[str, Json] = fields.JSONField()
    """What it says, as it is printed (`foundation.paper.Paper`)."""
    basis = fields.CharField(max_length=16)
    """What it rests on (`contents.basis_of`)."""
    issued_at = fields.DatetimeField()
    issued_by = fields.CharField(max_length=80)
    prints = fields.IntField(default=0)
    """How often it was printed on paper."""

    personal = Personal(
        Moved(),
        Shown("维修单据", {"number": "编号", "edition": "版次", "issued_at": "出具时间", "prints": "打印次数"}),
        WORKSHOP_RECORD,
        erase=Emptied(),
        later={"paper": NOTHING},
        over="CASE WHEN t.repair_order_id IS NULL THEN t.issued_at "
        "ELSE (SELECT coalesce(r.closed_at, r.voided_at) FROM repair_order r WHERE r.id = t.repair_order_id) END",
    )

    class Meta:
        table = "document"
        unique_together = (("number", "edition"), ("number", "basis"))
        indexes = (Index(fields=("repair_order_id",)), Index(fields=("customer_id",)), Index(fields=("about",)))
        constraints = (
            CheckConstraint(check="edition > 0", name="document_edition"),
            CheckConstraint(check="prints >= 0", name="document_prints"),
        )


class DocumentFile(Paced):
    """The PDF of a document: `copy_no` 0 is its own file, the others are reprints with their mark."""

    id = fields.BigIntField(primary_key=True)
    document: fields.ForeignKeyRelation[Document] = fields.ForeignKeyField("wedealer.Document", related_name=False)
    document_id: int
    copy_no = fields.IntField()
    mark = fields.CharField(max_length=80, default="")
    """What stands at the foot of a reprint."""
    state = fields.CharEnumField(FileState, max_length=8)
    asked_at = fields.DatetimeField()
    ready_at = fields.DatetimeField(null=True)
    sha256 = fields.CharField(max_length=64, default="")
    size_bytes = fields.IntField(default=0)
    pages = fields.IntField(default=0)

    class Meta:
        table = "document_file"
        unique_together = (("document", "copy_no"),)
        indexes = (Index(fields=("state", "asked_at")),)
        constraints = (
            CheckConstraint(
                check="(state = 'QUEUED') = (ready_at IS NULL) AND (ready_at IS NULL) = (sha256 = '')",
                name="document_file_whole",
            ),
            CheckConstraint(check="(copy_no = 0) = (mark = '')", name="document_file_reprint_is_marked"),
        )
