"""State machines as one readable table: state → {action: next state}.

Any step that is not in the table is illegal. The table says what can happen to a thing, never who may do it: for that
the verb asks the permission table (`crm_core/dealerships/permissions.py`) before it changes a state.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias, TypeVar

from foundation.errors import IllegalMove

State = TypeVar("State", bound=StrEnum)
Moves: TypeAlias = Mapping[State, Mapping[str, State]]


def allowed_actions(moves: Moves[State], state: State) -> list[str]:
    """The actions that are possible in `state`."""
    return list(moves.get(state, {}))


def next_state(moves: Moves[State], state: State, action: str) -> State:
    """The state that `action` leads to.

    Raises:
        IllegalMove: the table has no such step; its details name the current state and the possible actions.
    """
    target = moves.get(state, {}).get(action)
    if target is None:
        raise IllegalMove(current_state=state.value, allowed=allowed_actions(moves, state))
    return target
