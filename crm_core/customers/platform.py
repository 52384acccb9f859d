"""This process's WeCom client, for the rooms of customers and messages."""

from crm_core.dealerships.platform import close, wecom

__all__ = ["close", "wecom"]
