"""开始使用: what is left until the first customers come, and whether the connections work."""

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.settings import connections, moving_in
from crm_core.settings.connections import Connection, Secret
from crm_core.settings.moving_in import StepView


@api.get("/moving-in", summary="The steps to the first customers, with what is left of each")
async def moving_in_steps(actor: Actor) -> list[StepView]:
    return await moving_in.steps(actor)


@api.get("/connections", summary="Which secrets are there, by their last four characters")
async def connection_secrets(actor: Actor) -> list[Secret]:
    return connections.secrets(actor)


@api.post("/connections/test", summary="Test every connection against the platforms")
async def connection_tests(actor: Actor) -> list[Connection]:
    return await connections.tested(actor)
