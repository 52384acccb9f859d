"""Tortoise's executor, made to walk a long history in seconds.

Of itself it loads every model anew for each operation, builds the queries of all of them, and begins again from the
first migration for each further one: half a minute of a core for a dozen steps. Here one walk goes on from the models
the last step left, and those models, which are never queried, have no queries.
"""

from collections.abc import Mapping
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import ConnectionHandler
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps


class Walk:
    """The models as they were after the migrations in `applied`; empty at the start."""

    def __init__(self) -> None:
        self.applied: set[MigrationKey] | None = None
        self.state: State | None = None


class Steps(MigrationExecutor):
    """One step, or several, of a walk. A step that fails ends it: its models are half changed."""

    def __init__(self, connection: BaseDBAsyncClient, apps: Mapping[str, dict[str, Any]], walk: Walk) -> None:
        super().__init__(connection, dict(apps))
        self._walk = walk

    async def _project_state(self, applied: set[MigrationKey], *, upto: MigrationKey | None = None) -> State:
        walk = self._walk
        if upto is None and walk.state is not None and walk.applied == applied:
            state = walk.state
        else:
            state = _no_models(self)
            for key in self._walked(applied):
                if key == upto:
                    break
                await self._apply(key, state)
        # `migrate` changes both in place: the set grows with each step, the state with its operations.
        walk.applied, walk.state = applied, state
        return state

    async def _project_state_cache(self, applied: set[MigrationKey]) -> dict[MigrationKey, State]:
        state = _no_models(self)
        before: dict[MigrationKey, State] = {}
        for key in self._walked(applied):
            before[key] = state.clone()
            await self._apply(key, state)
        return before

    def _walked(self, applied: set[MigrationKey]) -> list[MigrationKey]:
        return [key for key in self._full_plan() if key in applied]

    async def _apply(self, key: MigrationKey, state: State) -> None:
        migration = self.loader.graph.nodes[key]
        assert migration is not None, f"{key} is recorded and has no file"
        await migration.apply(state, dry_run=True, schema_editor=None)


def _no_models(executor: MigrationExecutor) -> State:
    connections = {
        label: config.get("default_connection", "default") for label, config in executor.loader.apps_config.items()
    }
    # A handler without a configuration: Tortoise then builds no queries.
    return State(models={}, apps=StateApps(default_connections=connections, connections=ConnectionHandler()))
