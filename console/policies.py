"""规则参数: the values that the group and its stores have set, planned changes, the history, and changing them."""

from typing import Annotated, TypeAlias

from pydantic import Field

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.policies import changing, queries
from crm_core.policies.queries import PolicyRule, PolicyRules, ToldRule
from foundation.web import Id, Moment, Schema

Whole = Annotated[int, Field(gt=-(2**53), lt=2**53)]
Text = Annotated[str, Field(max_length=40)]
Given: TypeAlias = (
    Whole | Text | Annotated[list[Whole], Field(max_length=20)] | Annotated[list[list[Text]], Field(max_length=20)]
)
"""A value as JSON; the verb checks whether the rule allows it."""


class ToldRulesQuery(Schema):
    """The store whose rules are told; the group's if it is left out."""

    store_id: Id | None = None


class PolicyChangeIn(Schema):
    """A new value for a store or (null) the group, from now on or from a later moment; null ends what was set there."""

    value: Given | None
    store_id: Id | None = None
    effective_from: Moment | None = None
    reason: str = Field(min_length=2, max_length=200)
    version: int = Field(ge=0, lt=2**31)


class PolicyWithdrawalIn(Schema):
    """Why a planned change is taken back."""

    reason: str = Field(min_length=2, max_length=200)


@api.get("/policies", summary="All rules with their values and history")
async def list_policies(actor: Actor) -> list[PolicyRules]:
    return await queries.policies(actor)


@api.get("/policies/told", summary="What holds in a store, in the words a page tells it with")
async def list_told_rules(actor: Actor, query: ToldRulesQuery) -> list[ToldRule]:
    return await queries.told_rules(actor, query.store_id)


@api.post("/policies/{policy}/{field}/changes", status=201, summary="Set a rule for the group or a store")
async def change_policy(actor: Actor, policy: str, field: str, body: PolicyChangeIn) -> PolicyRule:
    await changing.change(
        actor,
        policy,
        field,
        body.value,
        store_id=body.store_id,
        effective_from=body.effective_from,
        reason=body.reason,
        expected_version=body.version,
    )
    return await queries.one_rule(actor, policy, field)


@api.post("/policy-changes/{change_id}/withdrawal", summary="Take a planned change back")
async def withdraw_policy_change(actor: Actor, change_id: Id, body: PolicyWithdrawalIn) -> PolicyRule:
    withdrawn = await changing.withdraw(actor, change_id, reason=body.reason)
    return await queries.one_rule(actor, withdrawn.policy, withdrawn.field)
