"""This process's WeCom client, as the rooms of customers and messages know it."""

from crm_core.dealerships.platform import close, wecom

__all__ = ["close", "wecom"]
