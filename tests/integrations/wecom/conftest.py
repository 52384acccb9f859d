"""The shared token and the limits need a real Valkey."""

from tests.integrations.weixin.conftest import redis_client, valkey

__all__ = ["redis_client", "valkey"]
