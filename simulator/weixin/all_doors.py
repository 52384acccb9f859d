"""Imports every module that registers a door of the mini program."""

from simulator.weixin import codes, login, subscribe, tokens

__all__ = ["codes", "login", "subscribe", "tokens"]
