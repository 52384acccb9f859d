"""A callback as its handler gets it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from integrations.wecom.events import CallbackEvent


@dataclass(frozen=True)
class Received:
    """A parsed callback and the inbox row it came from."""

    inbox_id: int
    event: Any


def instant_of(event: CallbackEvent) -> datetime:
    """When the platform says that it happened."""
    return datetime.fromtimestamp(event.created_unix_seconds, UTC)
