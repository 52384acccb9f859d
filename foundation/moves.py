"""State machines as one readable table: state → {action: (next state, who may do it)}.

Anything that is not in the table is illegal. Roles are the codes of the dealership (`SA`, `OWN`, `SYS`, …), given as
plain strings so that the ground knows no dealership words.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import TypeAlias, TypeVar

from foundation.errors import IllegalMove, NotAllowed

State = TypeVar("State", bound=StrEnum)
Moves: TypeAlias = Mapping[State, Mapping[str, tuple[State, AbstractSet[str]]]]


def allowed_actions(moves: Moves[State], state: State, role: str | None = None) -> list[str]:
    """What can happen next from `state`; with `role`, only what that role may do."""
    return [action for action, (_, who) in moves.get(state, {}).items() if role is None or role in who]


def next_state(moves: Moves[State], state: State, action: str, role: str) -> State:
    """Where `action` leads.

    Raises:
        IllegalMove: the table has no such step; details name the current state and what is allowed.
        NotAllowed: the step exists, but not for this role.
    """
    step = moves.get(state, {}).get(action)
    if step is None:
        raise IllegalMove(current_state=state.value, allowed=allowed_actions(moves, state, role))
    target, who = step
    if role not in who:
        raise NotAllowed(action=action, role=role)
    return target
