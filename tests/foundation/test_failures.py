"""What a failure of PostgreSQL means for the caller."""

import socket

import asyncpg
import pytest
from tortoise.exceptions import DBConnectionError, OperationalError

from foundation.errors import Refused
from foundation.failures import is_away, is_conflict


def _because(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


CONFLICTS = [asyncpg.DeadlockDetectedError("40P01"), asyncpg.SerializationError("40001")]
AWAY = [
    ConnectionResetError(),
    socket.gaierror(),
    DBConnectionError("refused"),
    asyncpg.AdminShutdownError("57P01"),
    asyncpg.CannotConnectNowError("57P03"),
    asyncpg.TooManyConnectionsError("53300"),
    asyncpg.ReadOnlySQLTransactionError("25006"),
    asyncpg.InterfaceError("connection is closed"),
]
BUGS = [
    asyncpg.UndefinedColumnError("42703"),
    asyncpg.InterfaceError("wrong type"),
    ValueError("closed"),
    KeyError("id"),
]


@pytest.mark.parametrize("error", CONFLICTS, ids=repr)
def test_a_conflict_is_worth_the_same_again_at_once(error: Exception):
    for seen in (error, _because(OperationalError("wrapped"), error), ExceptionGroup("several", [ValueError(), error])):
        assert (is_conflict(seen), is_away(seen)) == (True, False)


@pytest.mark.parametrize("error", AWAY, ids=repr)
def test_a_server_that_is_away_is_worth_the_same_again_later(error: Exception):
    for seen in (error, _because(OperationalError("wrapped"), error)):
        assert (is_conflict(seen), is_away(seen)) == (False, True)


@pytest.mark.parametrize("error", BUGS, ids=repr)
def test_anything_else_is_a_bug(error: Exception):
    assert (is_conflict(error), is_away(error)) == (False, False)


def test_a_refusal_on_purpose_has_its_meaning_whatever_it_came_from():
    refusal = _because(Refused(), asyncpg.DeadlockDetectedError("40P01"))
    assert not is_conflict(refusal)


def test_errors_that_name_each_other_end_the_search():
    one, other = ValueError(), ValueError()
    one.__context__, other.__context__ = other, one
    assert not is_away(one)
