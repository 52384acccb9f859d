"""The table of people whom owners named."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.authorised_persons.rules import PersonState
from crm_core.spelling.phone import KEPT_FORM
from crm_core.spelling.phone import LONGEST as LONGEST_PHONE
from foundation.keys import Key
from foundation.personal import GONE, WORKSHOP_RECORD, Emptied, OwnRule, Personal, Shown
from foundation.table import Table


class AuthorisedPerson(Table):
    """One person who is named for one car."""

    id = fields.BigIntField(primary_key=True)
    vehicle_id = Key("vehicle")
    owner_id = Key("customer")
    """The owner who named the person."""
    customer_id = Key("customer", null=True)
    """The person's own customer record; null until they sign in and accept."""
    name = fields.CharField(max_length=20)
    """The name that the owner gave them."""
    phone = fields.CharField(max_length=LONGEST_PHONE)
    """The phone that WeChat must have verified for the account that accepts."""
    limit_fen = fields.BigIntField()
    """The sum up to which they may agree within one repair order; 0 for family who only look."""
    until_on = fields.DateField(null=True)
    """The last day on which the authority is valid; null if it is valid until it is revoked."""
    state = fields.CharEnumField(PersonState, max_length=10)
    named_at = fields.DatetimeField()
    accepted_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    end_reason = fields.CharField(max_length=40, default="")
    """Who or what ended it: `owner`, `person`, `unbound`, `last_day`, `unanswered`, or `merge:3`."""
    binding_id = Key("binding", null=True)
    """The binding that was made for it and ends with it; null if the person was bound to the car before."""
    version = fields.IntField(default=1)

    personal = Personal(
        OwnRule("crm_core.authorised_persons.merging:move_persons"),
        Shown(
            "授权人与家人",
            {"name": "姓名", "phone": "手机号", "limit_fen": "限额", "until_on": "有效至", "named_at": "时间"},
        ),
        WORKSHOP_RECORD,
        column="owner_id",
        erase=Emptied(
            {
                "state": "CASE WHEN t.state IN ('INVITED', 'ACTIVE') THEN 'ENDED' ELSE t.state END",
                "ended_at": "coalesce(t.ended_at, {now})",
            }
        ),
        # Who decided about a repair is part of its record; a constraint wants a number.
        later={"name": GONE, "phone": "'13000000000'"},
        over="t.ended_at",
        rows="t.owner_id = ANY({customers}) OR t.customer_id = ANY({customers}) OR t.phone = ANY({phones})",
    )

    class Meta:
        table = "authorised_person"
        indexes = (
            Index(fields=("owner_id", "state")),
            Index(fields=("customer_id", "state")),
            Index(fields=("phone", "state")),
        )
        constraints = (
            UniqueConstraint(
                fields=("vehicle_id", "phone"),
                name="authorised_person_named_once",
                condition="state IN ('INVITED', 'ACTIVE')",
            ),
            UniqueConstraint(
                fields=("vehicle_id", "customer_id"),
                name="authorised_person_one_active",
                condition="state = 'ACTIVE'",
            ),
            CheckConstraint(check="limit_fen BETWEEN 0 AND 100000000", name="authorised_person_limit"),
            CheckConstraint(check="customer_id <> owner_id", name="authorised_person_not_themselves"),
            CheckConstraint(check=f"phone ~ '{KEPT_FORM}'", name="authorised_person_phone_kept_form"),
            CheckConstraint(
                check="(state = 'ACTIVE') <= (customer_id IS NOT NULL AND accepted_at IS NOT NULL)",
                name="authorised_person_accepted_themselves",
            ),
            CheckConstraint(
                check="(state IN ('DECLINED', 'ENDED')) = (ended_at IS NOT NULL)", name="authorised_person_ended"
            ),
        )
