"""Imports every module that registers a door of WeCom."""

from simulator.wecom import (
    acquisition,
    agents,
    contact_ways,
    customers,
    login,
    mass_messages,
    mass_results,
    media,
    members,
    messages,
    statistics,
    tags,
    tokens,
    transfers,
    welcome,
)

__all__ = [
    "acquisition",
    "agents",
    "contact_ways",
    "customers",
    "login",
    "mass_messages",
    "mass_results",
    "media",
    "members",
    "messages",
    "statistics",
    "tags",
    "tokens",
    "transfers",
    "welcome",
]
