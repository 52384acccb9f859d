"""规则参数: what the group and its stores have set, what is planned, what was, and setting it."""

from datetime import datetime
from typing import Annotated, TypeAlias

from pydantic import Field

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.policies import changing, queries
from crm_core.policies.kinds import Kept
from crm_core.policies.queries import ChangeState, ListedRule, ListedRules
from foundation.web import Id, Moment, Schema

Whole = Annotated[int, Field(gt=-(2**53), lt=2**53)]
Text = Annotated[str, Field(max_length=40)]
Given: TypeAlias = (
    Whole | Text | Annotated[list[Whole], Field(max_length=20)] | Annotated[list[list[Text]], Field(max_length=20)]
)
"""A value as JSON has it; whether the rule takes it is the rule's to say."""


class PolicyValueOut(Schema):
    """What holds for the group (`store_id` null) or in a store with values of its own; `version` goes with a change."""

    store_id: int | None
    store: str
    value: Kept
    told: str
    is_own: bool
    version: int
    may_change: bool


class PolicyChangeOut(Schema):
    """A line of the history; a `value` of null ended what was set there."""

    id: int
    store_id: int | None
    store: str
    value: Kept | None
    told: str
    effective_from: datetime
    state: ChangeState
    changed_by: str
    changed_at: datetime
    reason: str
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    withdrawn_reason: str


class PolicyRuleOut(Schema):
    """A rule with its bounds, where its default comes from, and its history, the newest first.

    Values are whole numbers (money in fen), decimals and times of the day as text, lists of these, and windows as lists
    of pairs of times.
    """

    field: str
    name: str
    unit: str
    least: Kept
    most: Kept
    source: str
    is_group_only: bool
    default: Kept
    default_told: str
    values: list[PolicyValueOut]
    history: list[PolicyChangeOut]


class PolicyOut(Schema):
    """The rules of one room."""

    key: str
    title: str
    rules: list[PolicyRuleOut]


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
async def list_policies(actor: Actor) -> list[PolicyOut]:
    return [_policy(policy) for policy in await queries.policies(actor)]


@api.post("/policies/{policy}/{field}/changes", status=201, summary="Set a rule for the group or a store")
async def change_policy(actor: Actor, policy: str, field: str, body: PolicyChangeIn) -> PolicyRuleOut:
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
    return _rule(await queries.one_rule(actor, policy, field))


@api.post("/policy-changes/{change_id}/withdrawal", summary="Take a planned change back")
async def withdraw_policy_change(actor: Actor, change_id: Id, body: PolicyWithdrawalIn) -> PolicyRuleOut:
    withdrawn = await changing.withdraw(actor, change_id, reason=body.reason)
    return _rule(await queries.one_rule(actor, withdrawn.policy, withdrawn.field))


def _policy(listed: ListedRules) -> PolicyOut:
    return PolicyOut(key=listed.key, title=listed.title, rules=[_rule(rule) for rule in listed.rules])


def _rule(listed: ListedRule) -> PolicyRuleOut:
    return PolicyRuleOut.model_validate(listed, from_attributes=True)
