"""Which channels a broadcast may go by."""

from typing import Annotated

from pydantic import AfterValidator, Field

from campaigns.mass_channels import mass_channels
from campaigns.scope import stores_of
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from foundation.reading import read_model


@read_model
class MassChannelRow:
    """A channel for mass messages, by the name a broadcast stores and the one a marketer chooses, and what reaching one
    person by it costs, in fen. `only` are the only words it carries, a service notice without any offer; empty if a
    marketer writes them.
    """

    name: str
    label: str
    reach_fen: int
    only: str


def _one_of_ours(name: str) -> str:
    if name not in {channel.name for channel in mass_channels()}:
        raise ValueError("没有这种群发渠道")
    return name


ChannelName = Annotated[str, Field(max_length=20), AfterValidator(_one_of_ours)]
"""The name of a channel that exists."""


@api.get("/mass-channels", summary="The channels a broadcast may go by, the usual one first")
async def list_mass_channels(actor: Actor) -> list[MassChannelRow]:
    stores_of(actor, "segments.read")
    return [
        MassChannelRow(channel.name, channel.label, await channel.reach_fen(), channel.carries.only)
        for channel in mass_channels()
    ]
