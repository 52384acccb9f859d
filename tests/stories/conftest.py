"""The stage every story is played on."""

from tests.stories.stage import stage

__all__ = ["stage"]
