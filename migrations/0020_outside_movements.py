"""Money that moved at the platform without us is a case of its own; numbers the merchant console makes up are longer."""

from app.create_tables import CreateTables
from tortoise import migrations
from tortoise.migrations import operations as ops
from crm_core.payments.rules import MovementKind
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

class Migration(migrations.Migration):
    dependencies = [("wedealer", "0019_goodwill_agreed")]

    initial = False

    operations = [
        CreateTables(
            [
                ops.CreateModel(
                    name='OutsideMovement',
                    fields=[
                        ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                        ('kind', fields.CharEnumField(description='PAYMENT: PAYMENT\nREFUND: REFUND', enum_type=MovementKind, max_length=8)),
                        ('platform_number', fields.CharField(max_length=80)),
                        ('out_trade_no', fields.CharField(max_length=64)),
                        ('out_refund_no', fields.CharField(default='', max_length=64)),
                        ('status', fields.CharField(max_length=16)),
                        ('amount_fen', fields.BigIntField(null=True)),
                        ('payment_id', fields.BigIntField(null=True)),
                        ('refund_id', fields.BigIntField(null=True, unique=True)),
                        ('store_id', fields.BigIntField(null=True)),
                        ('customer_id', fields.BigIntField(null=True)),
                        ('found_by', fields.CharField(max_length=8)),
                        ('found_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                        ('moved_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                        ('settled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                        ('settled_by_id', fields.BigIntField(null=True)),
                        ('settled_reason', fields.CharField(default='', max_length=200)),
                        ('version', fields.IntField(default=1)),
                    ],
                    options={'table': 'outside_movement', 'app': 'wedealer', 'unique_together': (('kind', 'platform_number'),), 'constraints': [CheckConstraint(check='amount_fen IS NULL OR amount_fen > 0', name='outside_movement_amount'), CheckConstraint(check="(settled_at IS NULL) = (settled_reason = '')", name='outside_movement_settled_with_reason'), CheckConstraint(check="refund_id IS NULL OR (kind = 'REFUND' AND payment_id IS NOT NULL)", name='outside_movement_follows_a_payment')], 'indexes': [Index(fields=['settled_at', 'store_id']), Index(fields=['payment_id'])], 'pk_attr': 'id', 'table_description': 'Money that moved at the platform without us: a refund made in the merchant console, an order we do not know.'},
                    bases=['Model'],
                ),
            ]
        ),
        ops.AlterField(
            model_name='Refund',
            name='out_refund_no',
            field=fields.CharField(unique=True, max_length=64),
        ),
    ]
