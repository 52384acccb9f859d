"""Rules a store can change: what was set, from when, by whom and why."""

from app.create_tables import CreateTables
from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

# Two who change one rule at once cannot both be the next; the group is the store 0. What was decided is never rewritten:
# a plan is taken back once, and nothing else of a row changes.
HISTORY = """
CREATE UNIQUE INDEX policy_change_numbered ON policy_change (policy, field, coalesce(store_id, 0), number);
CREATE FUNCTION policy_change_is_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
       OR (OLD.policy, OLD.field, OLD.store_id, OLD.number, OLD.value, OLD.effective_from, OLD.reason,
           OLD.changed_by_id, OLD.changed_at)
          IS DISTINCT FROM
          (NEW.policy, NEW.field, NEW.store_id, NEW.number, NEW.value, NEW.effective_from, NEW.reason,
           NEW.changed_by_id, NEW.changed_at)
    THEN
        RAISE EXCEPTION 'policy_change is append-only';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER policy_change_append_only BEFORE UPDATE OR DELETE ON policy_change
    FOR EACH ROW EXECUTE FUNCTION policy_change_is_history();
"""
NO_HISTORY = """
DROP TRIGGER policy_change_append_only ON policy_change;
DROP FUNCTION policy_change_is_history();
DROP INDEX policy_change_numbered;
"""


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0026_complaint_steps")]

    initial = False

    operations = [
        CreateTables(
            [
                ops.CreateModel(
                    name='PolicyChange',
                    fields=[
                        ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                        ('policy', fields.CharField(max_length=40)),
                        ('field', fields.CharField(max_length=60)),
                        ('store', fields.ForeignKeyField('wedealer.Store', source_field='store_id', null=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                        ('number', fields.IntField()),
                        ('value', fields.TextField(null=True, unique=False)),
                        ('effective_from', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                        ('reason', fields.CharField(max_length=200)),
                        ('changed_by', fields.ForeignKeyField('wedealer.Staff', source_field='changed_by_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                        ('changed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                        ('withdrawn_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                        ('withdrawn_by', fields.ForeignKeyField('wedealer.Staff', source_field='withdrawn_by_id', null=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.RESTRICT)),
                        ('withdrawn_reason', fields.CharField(default='', max_length=200)),
                    ],
                    options={'table': 'policy_change', 'app': 'wedealer', 'constraints': [CheckConstraint(check='effective_from >= changed_at', name='policy_change_not_backdated'), CheckConstraint(check="reason <> ''", name='policy_change_says_why'), CheckConstraint(check="(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL) AND (withdrawn_at IS NULL) = (withdrawn_reason = '') AND (withdrawn_at IS NULL OR withdrawn_at < effective_from)", name='policy_change_withdrawn_before_its_moment')], 'indexes': [Index(fields=['policy', 'field', 'store_id'])], 'pk_attr': 'id', 'table_description': "A rule's new value and from when it holds. A row is only ever added, and taken back before its moment."},
                    bases=['Model'],
                ),
            ]
        ),
        ops.RunSQL(HISTORY, reverse_sql=NO_HISTORY),
    ]
