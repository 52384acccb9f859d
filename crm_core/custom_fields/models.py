"""Tables of custom fields: what they are, and their values by type."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.custom_fields.rules import CODE_FORM, FieldAbout, FieldKind
from foundation.keys import Key
from foundation.personal import Deleted, Moved, Personal, Shown, WhileCustomer
from foundation.table import Table


class CustomField(Table):
    """A field a store, or (without one) the whole group, keeps."""

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store", null=True)
    about = fields.CharEnumField(FieldAbout, max_length=10)
    code = fields.CharField(max_length=30)
    name = fields.CharField(max_length=20)
    kind = fields.CharEnumField(FieldKind, max_length=8)
    options = fields.CharField(max_length=400, default="")
    """The choices of a CHOICE, as they are typed; `rules.options_of` reads them."""
    hint = fields.CharField(max_length=60, default="")
    is_personal = fields.BooleanField(default=False)
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "custom_field"
        constraints = (
            UniqueConstraint(fields=("about", "code"), name="custom_field_code"),
            CheckConstraint(check=f"code ~ '^{CODE_FORM}$'", name="custom_field_code_form"),
            CheckConstraint(check="(kind = 'CHOICE') = (options <> '')", name="custom_field_options"),
        )


class CustomValue(Table):
    """The value of a field for a customer or a car."""

    id = fields.BigIntField(primary_key=True)
    field_id = Key("custom_field")
    customer_id = Key("customer", null=True)
    vehicle_id = Key("vehicle", null=True)
    text_value = fields.CharField(max_length=200, null=True)
    number_value = fields.DecimalField(max_digits=14, decimal_places=2, null=True)
    day_value = fields.DateField(null=True)
    yes_value = fields.BooleanField(null=True)
    set_at = fields.DatetimeField()
    set_by = fields.CharField(max_length=80)
    """`staff:3`, `partner:2`, `import`."""

    personal = Personal(
        Moved(unique_on=("field_id",)),
        Shown(
            "自定义字段",
            {"field": "字段", "value": "内容"},
            {
                "field": "SELECT f.name FROM custom_field f WHERE f.id = t.field_id",
                "value": "coalesce(t.text_value, trim_scale(t.number_value)::text, t.day_value::text, "
                "CASE WHEN t.yes_value THEN '是' ELSE '否' END)",
            },
        ),
        WhileCustomer(),
        erase=Deleted(),
        rows=(
            "t.customer_id = ANY({customers}) OR t.vehicle_id IN "
            "(SELECT o.vehicle_id FROM ownership o WHERE o.customer_id = ANY({customers}))"
        ),
        # What is noted of a car and names nobody stays with the car; what is noted of the person goes.
        spared="t.vehicle_id IS NOT NULL AND NOT (SELECT f.is_personal FROM custom_field f WHERE f.id = t.field_id)",
    )

    class Meta:
        table = "custom_value"
        indexes = (
            Index(fields=("field_id", "text_value")),
            Index(fields=("field_id", "number_value")),
            Index(fields=("field_id", "day_value")),
            Index(fields=("customer_id",)),
            Index(fields=("vehicle_id",)),
        )
        constraints = (
            UniqueConstraint(fields=("field_id", "customer_id"), name="custom_value_of_customer"),
            UniqueConstraint(fields=("field_id", "vehicle_id"), name="custom_value_of_vehicle"),
            CheckConstraint(check="num_nonnulls(customer_id, vehicle_id) = 1", name="custom_value_about_one"),
            CheckConstraint(
                check="num_nonnulls(text_value, number_value, day_value, yes_value) = 1", name="custom_value_is_one"
            ),
        )
