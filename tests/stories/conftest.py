"""The stage every story is played on."""

from tests.stories.stage import bare_stage, stage

__all__ = ["bare_stage", "stage"]
