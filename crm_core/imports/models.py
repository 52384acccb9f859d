"""Tables of imports: the job with its place in the file, what it made and changed, what it says of rows."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.imports.journal import Change
from crm_core.imports.rules import ImportState, Result
from foundation.json_types import Json
from foundation.keys import Key
from foundation.owed import Paced
from foundation.table import Table


class ImportJob(Paced):
    """One file a dealer brings, from the upload to the end of the time in which it can be undone."""

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store")
    """Where rows belong that name no store."""
    by_id = Key("staff")
    file_name = fields.CharField(max_length=120)
    sha256 = fields.CharField(max_length=64)
    size_bytes = fields.BigIntField()
    setting_list = fields.CharField(max_length=40, default="", db_default="")
    """The list of settings whose rows it brings; empty for what another program exported."""
    source_system = fields.CharField(max_length=20, default="")
    """Which program's customer numbers these are; two programs may both have a C0001."""
    accepts_unchecked_vins = fields.BooleanField(default=False)
    """收下未核验的车架号: a wrong check digit is a remark then."""
    state = fields.CharEnumField(ImportState, max_length=10)
    refusal = fields.CharField(max_length=40, default="")
    sheets: list[dict[str, Json]] = fields.JSONField(default=list)
    """`plans.SheetPlan`s: what each sheet is and what its columns hold."""
    value_maps: dict[str, dict[str, str]] = fields.JSONField(default=dict)
    """What a person said texts of the file mean: field → text → our code."""
    step = fields.IntField(default=0)
    """Sheets that are through, in the order in which they are taken."""
    row = fields.IntField(default=0)
    """The last row taken of the sheet in hand."""
    counts: dict[str, dict[str, Json]] = fields.JSONField(default=dict)
    """By the sheet's index, `rules.Counts`."""
    records: dict[str, int] = fields.JSONField(default=dict)
    """How many rows of each table were made."""
    tried_counts: dict[str, dict[str, Json]] = fields.JSONField(default=dict)
    """`counts` of the last dry run; empty when the mapping changed since."""
    blockers: list[str] = fields.JSONField(default=list)
    """Why it could not be undone."""
    uploaded_at = fields.DatetimeField()
    started_at = fields.DatetimeField(null=True)
    stopped_at = fields.DatetimeField(null=True)
    """When a person ended it before every row was taken."""
    ended_at = fields.DatetimeField(null=True)
    undone_at = fields.DatetimeField(null=True)
    file_until = fields.DatetimeField()
    """When our copy of the file is deleted."""
    version = fields.IntField(default=1)

    class Meta:
        table = "import_job"
        indexes = (Index(fields=("store_id", "uploaded_at")), Index(fields=("sha256",)))
        constraints = (
            CheckConstraint(check="(state = 'REFUSED') = (refusal <> '')", name="import_job_refused_for_a_reason"),
            CheckConstraint(check="step >= 0 AND row >= 0", name="import_job_place"),
            CheckConstraint(check="state NOT IN ('DONE', 'UNDONE') OR ended_at IS NOT NULL", name="import_job_ended"),
        )


class ImportChunk(Table):
    """What one transaction of an import wrote: enough to take it back."""

    id = fields.BigIntField(primary_key=True)
    import_job: fields.ForeignKeyRelation[ImportJob] = fields.ForeignKeyField("wedealer.ImportJob", related_name=False)
    import_job_id: int
    step = fields.IntField()
    row = fields.IntField()
    made: dict[str, list[int]] = fields.JSONField()
    """Table → ids."""
    changed: list[Change] = fields.JSONField()
    """table, id, the columns before and after."""

    class Meta:
        table = "import_chunk"
        constraints = (UniqueConstraint(fields=("import_job_id", "step", "row"), name="import_chunk_once"),)


class ImportRemark(Table):
    """A row of the file that was not taken, or about which something is to be said."""

    id = fields.BigIntField(primary_key=True)
    import_job: fields.ForeignKeyRelation[ImportJob] = fields.ForeignKeyField("wedealer.ImportJob", related_name=False)
    import_job_id: int
    sheet = fields.IntField()
    row = fields.IntField()
    result = fields.CharEnumField(Result, max_length=8)
    codes: list[str] = fields.JSONField()
    proposals: dict[str, str] = fields.JSONField(default=dict)
    """Values of the file that differ from ours: a person decides."""
    key = fields.CharField(max_length=60, default="")

    class Meta:
        table = "import_remark"
        constraints = (UniqueConstraint(fields=("import_job_id", "sheet", "row"), name="import_remark_once"),)
        indexes = (Index(fields=("import_job_id", "result")),)


class KnownLayout(Table):
    """How a store's columns of these names were understood the last time."""

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store")
    headers_hash = fields.CharField(max_length=64)
    entity = fields.CharField(max_length=20)
    fields_by_header: dict[str, str] = fields.JSONField()

    class Meta:
        table = "import_layout"
        unique_together = (("store_id", "headers_hash"),)


class ForeignNumber(Table):
    """What another program calls a row of ours: the number of an appointment or a coupon, a line of a price list."""

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=20)
    source_system = fields.CharField(max_length=20, default="")
    number = fields.CharField(max_length=120)
    content = fields.CharField(max_length=64, default="")
    """A digest of what was brought under this number: the same again changes nothing, something else is a conflict."""
    about = fields.CharField(max_length=40)
    """A `Ref`: `appointment:12`."""

    class Meta:
        table = "foreign_number"
        unique_together = (("kind", "source_system", "number"),)
