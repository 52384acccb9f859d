"""A step of a migration: many new tables at once, with all the constraints their models declare.

Tortoise's own `CreateModel` writes no constraints, and Tortoise loads every model anew after every step, so seventy
steps for seventy tables took half a minute. Here the tables are one step: the models are loaded once.
"""

from collections.abc import Sequence

from tortoise.migrations.operations import CreateModel, TortoiseOperation
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import ModelState, State


class CreateTables(TortoiseOperation):
    """Create the tables in the given order (a table after those it refers to), then their constraints."""

    def __init__(self, tables: Sequence[CreateModel]) -> None:
        self.tables = tables

    def describe(self) -> str:
        """One line for `wedealer migrate`."""
        return f"Create {len(self.tables)} tables"

    def state_forward(self, app_label: str, state: State) -> None:
        """Tell the models' history of all tables, then load it once."""
        for table in self.tables:
            state.models[app_label, table.name] = ModelState.make_from_model(app_label, table.model)
        state.reload_models({(app_label, table.name) for table in self.tables})

    async def database_forward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        """Write tables, then constraints."""
        if state_editor is None:
            return
        for table in self.tables:
            await table.database_forward(app_label, old_state, new_state, state_editor)
        for table in self.tables:
            model = new_state.apps.get_model(f"{app_label}.{table.name}")
            for constraint in (table.options or {}).get("constraints", ()):
                await state_editor.add_constraint(model, constraint)

    async def database_backward(
        self, app_label: str, old_state: State, new_state: State, state_editor: BaseSchemaEditor | None = None
    ) -> None:
        """Drop the tables, the last one first."""
        if state_editor is None:
            return
        for table in reversed(self.tables):
            await table.database_backward(app_label, old_state, new_state, state_editor)
