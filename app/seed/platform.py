"""The same people as WeCom and WeChat know them: brought into the simulator without callbacks."""

from collections.abc import Callable
from typing import Any, Final

from crm_core.customers.models import IdentityKind
from crm_core.wording.subscribe_keys import subscribe_spec, subscribe_templates
from foundation import database
from foundation.http import HttpClient
from foundation.reading import literals
from foundation.settings import get_settings

BATCH: Final = 2_000
TIMEOUT_SECONDS: Final = 60.0

# The hero of the story: on file with their car at the first store, not yet a friend, never in the mini program.
STORY_OWNER: Final = {"person_id": "zhangwei", "nickname": "张伟", "phone": "13812345678"}
STORY_FRIENDS: Final = (
    {"person_id": "liuyan", "nickname": "刘燕", "phone": "13912340012"},
    {"person_id": "chenjie", "nickname": "陈杰", "phone": "13712345566"},
)


async def make(progress: Callable[[int, int], None]) -> None:
    """Bring in staff, templates, everybody who is a friend, and the story's people."""
    client = _simulator()
    try:
        await _post(
            client, staff=await _staff(), templates=templates_of_the_account(), people=[STORY_OWNER, *STORY_FRIENDS]
        )
        friends = await database.fetch(
            "SELECT DISTINCT ON (i.customer_id) i.customer_id, i.value AS external_userid, c.name, "
            "  coalesce(c.phone, '') AS phone, u.value AS unionid, o.value AS openid "
            "FROM identity i JOIN customer c ON c.id = i.customer_id "
            f"LEFT JOIN identity u ON u.customer_id = c.id AND u.kind = {literals(IdentityKind.UNIONID)} "
            f"LEFT JOIN identity o ON o.customer_id = c.id AND o.kind = {literals(IdentityKind.OPENID)} "
            f"WHERE i.kind = {literals(IdentityKind.EXTERNAL_USERID)} ORDER BY i.customer_id"
        )
        for start in range(0, len(friends), BATCH):
            await _bring(client, friends[start : start + BATCH])
            progress(min(start + BATCH, len(friends)), len(friends))
    finally:
        await client.close()


async def bring_in(**body: Any) -> None:
    """Change WeCom's side without callbacks, as if its administrator and members had acted without our knowing."""
    client = _simulator()
    try:
        await _post(client, **body)
    finally:
        await client.close()


def _simulator() -> HttpClient:
    return HttpClient("simulator", get_settings().simulator_url, timeout_seconds=TIMEOUT_SECONDS)


async def _bring(client: HttpClient, friends: list[dict[str, Any]]) -> None:
    ties = await database.fetch(
        "SELECT s.userid, f.external_userid, extract(epoch FROM f.since)::bigint AS created_at, "
        "  coalesce(extract(epoch FROM f.last_chatted_at)::bigint, 0) AS last_chat_at "
        "FROM friendship f JOIN staff s ON s.id = f.staff_id WHERE f.customer_id = ANY($1::bigint[])",
        [friend["customer_id"] for friend in friends],
    )
    people = [
        {
            "person_id": f"c{friend['customer_id']}",
            "nickname": friend["name"],
            "phone": friend["phone"],
            "external_userid": friend["external_userid"],
            "unionid": friend["unionid"],
            "openid": friend["openid"] or f"oM{friend['customer_id']:026d}",
        }
        for friend in friends
    ]
    await _post(client, people=people, friendships=[{**tie, "chatted": True} for tie in ties])


async def _staff() -> list[dict[str, Any]]:
    """In WeCom a position is the post alone."""
    rows = await database.fetch(
        "SELECT userid, name, split_part(title, '，', 1) AS position FROM staff WHERE is_active ORDER BY id"
    )
    return [dict(row) for row in rows]


def templates_of_the_account() -> list[dict[str, Any]]:
    """The account's templates; the labels are what the platform's library prints before each value."""
    rows = []
    for name, template in subscribe_templates().templates.items():
        spec = subscribe_spec(name)
        labels = {template.keys[field.field]: field.label for field in spec.fields if field.field in template.keys}
        rows.append({"template_id": template.template_id, "title": spec.title, "keys": list(labels), "labels": labels})
    return rows


async def _post(client: HttpClient, **body: Any) -> None:
    response = await client.request("POST", "control/import", json=body)
    if response.status >= 300:
        raise RuntimeError(f"the simulator refused the demo's people: {response.body[:300]!r}")
