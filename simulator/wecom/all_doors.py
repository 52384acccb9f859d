"""Imports every module that registers a door of WeCom."""

from simulator.wecom import (
    contact_ways,
    customers,
    login,
    mass_messages,
    mass_results,
    media,
    members,
    messages,
    tags,
    tokens,
    transfers,
    welcome,
)

__all__ = [
    "contact_ways",
    "customers",
    "login",
    "mass_messages",
    "mass_results",
    "media",
    "members",
    "messages",
    "tags",
    "tokens",
    "transfers",
    "welcome",
]
