"""A step of a migration: many new columns at once.

Tortoise loads every model anew after every step, which takes about a second; here the models are loaded once.
"""

from collections.abc import Sequence
from copy import deepcopy

from tortoise.fields import Field
from tortoise.migrations.operations import AddField, TortoiseOperation
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State


class AddFields(TortoiseOperation):
    """Add plain columns (no relations) to existing tables."""

    def __init__(self, fields: Sequence[AddField]) -> None:
        self.fields = fields

    def describe(self) -> str:
        """One line for `wedealer migrate`."""
        return f"Add {len(self.fields)} fields"

    def state_forward(self, app_label: str, state: State) -> None:
        """Tell the models' history of all columns, then load it once."""
        for one in self.fields:
            if not isinstance(one.field, Field):
                raise TypeError(f"{one.model_name}.{one.name} is no plain column")
            self.get_model_state(state, app_label, one.model_name).fields[one.name] = deepcopy(one.field)
        state.reload_models({(app_label, one.model_name) for one in self.fields})

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        """Write the columns."""
        for one in self.fields:
            await one.database_forward(app_label, old_state, new_state, state_editor)

    async def database_backward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        """Drop the columns, the last one first."""
        for one in reversed(self.fields):
            await one.database_backward(app_label, old_state, new_state, state_editor)
