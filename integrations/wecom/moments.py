"""企业发表朋友圈: enterprise Moments (WeCom docs 95094, 93333).

Ordering one starts a job at WeCom; when it is done, each member has a task, and nothing is seen before they publish it.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from integrations.wecom.paging import walk_items
from integrations.wecom.transport import Answer, Transport

MAX_TEXT_CHARS, MAX_TEXT_BYTES = 2000, 4000
MAX_PICTURES = 9
MAX_LINK_TITLE_CHARS = 64
MAX_SENDERS = 100_000
LIST_PAGE, TASK_PAGE, SEEN_PAGE = 20, 1000, 3000
MAX_LIST_SPAN_SECONDS = 30 * 24 * 3600
JOB_INVALID = 41079
"""WeCom knows a job for a day."""
MOMENT_INVALID = 41060
_ROOT = "externalcontact"


class JobStatus(IntEnum):
    """Where the job stands."""

    CREATED = 1
    RUNNING = 2
    DONE = 3


@dataclass(frozen=True, slots=True)
class JobResult:
    """What became of a job; `moment_id` is empty while it runs, and if it failed with `errcode`."""

    is_done: bool
    moment_id: str
    errcode: int
    invalid_user_ids: tuple[str, ...]
    """Members who cannot publish it."""


@dataclass(frozen=True, slots=True)
class ListedMoment:
    """A Moment as the list shows it."""

    moment_id: str
    text: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Reaction:
    """Who liked or commented, and when; `external_user_id` is empty for a member. WeCom never tells the words."""

    external_user_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reactions:
    """Likes and comments below what one member published."""

    likes: tuple[Reaction, ...]
    comments: tuple[Reaction, ...]


def picture(media_id: str) -> Mapping[str, object]:
    """A picture, by a media id that was uploaded for Moments."""
    return {"msgtype": "image", "image": {"media_id": media_id}}


def link(title: str, url: str, media_id: str) -> Mapping[str, object]:
    """A link with its picture."""
    return {"msgtype": "link", "link": {"title": title, "url": url, "media_id": media_id}}


class Moments:
    """Calls under `externalcontact/` for Moments."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def create(
        self,
        text: str,
        attachments: Sequence[Mapping[str, object]] = (),
        *,
        user_ids: Sequence[str],
        tag_ids: Sequence[str] = (),
    ) -> str:
        """Order a Moment for these members, shown to all their customers or to those with one of the tags; the id of
        the job. On `OutcomeUnknown` look for it with `list_between` before ordering another.
        """
        if not text and not attachments:
            raise ValueError("a text or an attachment is needed")
        if not 1 <= len(user_ids) <= MAX_SENDERS:
            raise ValueError(f"1 to {MAX_SENDERS} members")
        shown_by: dict[str, Any] = {"sender_list": {"user_list": list(user_ids)}}
        if tag_ids:
            shown_by["external_contact_list"] = {"tag_list": list(tag_ids)}
        body: dict[str, Any] = {"visible_range": shown_by}
        if text:
            body["text"] = {"content": text}
        if attachments:
            body["attachments"] = list(attachments)
        return str((await self._transport.post(f"{_ROOT}/add_moment_task", body))["jobid"])

    async def job(self, job_id: str) -> JobResult:
        """What became of an order. Raises `WeComError` 41079 a day after it."""
        answer = await self._transport.get(f"{_ROOT}/get_moment_task_result", {"jobid": job_id})
        result = answer.get("result") or {}
        return JobResult(
            is_done=answer.get("status") == JobStatus.DONE,
            moment_id=str(result.get("moment_id") or ""),
            errcode=int(result.get("errcode") or 0),
            invalid_user_ids=tuple((result.get("invalid_sender_list") or {}).get("user_list") or ()),
        )

    async def list_between(self, starts_at: datetime, ends_at: datetime) -> AsyncIterator[ListedMoment]:
        """Moments of the corp of at most thirty days: how an unknown outcome is resolved."""
        if not 0 <= (ends_at - starts_at).total_seconds() <= MAX_LIST_SPAN_SECONDS:
            raise ValueError("a span of at most thirty days")
        body = {
            "start_time": int(starts_at.timestamp()),
            "end_time": int(ends_at.timestamp()),
            "filter_type": 0,
            "limit": LIST_PAGE,
        }

        async def page(cursor: str) -> Answer:
            return await self._transport.post(f"{_ROOT}/get_moment_list", {**body, "cursor": cursor})

        async for row in walk_items(page, "moment_list"):
            text = str((row.get("text") or {}).get("content") or "")
            yield ListedMoment(str(row["moment_id"]), text, _instant(row["create_time"]))

    async def published(self, moment_id: str) -> AsyncIterator[tuple[str, bool]]:
        """Each member with a task, and whether they have published it."""

        async def page(cursor: str) -> Answer:
            body = {"moment_id": moment_id, "limit": TASK_PAGE, "cursor": cursor}
            return await self._transport.post(f"{_ROOT}/get_moment_task", body)

        async for row in walk_items(page, "task_list"):
            yield str(row["userid"]), bool(row.get("publish_status"))

    async def seen_by(self, moment_id: str, user_id: str) -> AsyncIterator[str]:
        """The customers in whose Moments it stands, of one member who published it."""

        async def page(cursor: str) -> Answer:
            body = {"moment_id": moment_id, "userid": user_id, "limit": SEEN_PAGE, "cursor": cursor}
            return await self._transport.post(f"{_ROOT}/get_moment_send_result", body)

        async for row in walk_items(page, "customer_list"):
            yield str(row["external_userid"])

    async def chosen_for(self, moment_id: str, user_id: str) -> AsyncIterator[str]:
        """The customers for whom one member published it, whether or not they still had room for it this month."""

        async def page(cursor: str) -> Answer:
            body = {"moment_id": moment_id, "userid": user_id, "limit": TASK_PAGE, "cursor": cursor}
            return await self._transport.post(f"{_ROOT}/get_moment_customer_list", body)

        async for row in walk_items(page, "customer_list"):
            yield str(row["external_userid"])

    async def reactions(self, moment_id: str, user_id: str) -> Reactions:
        """Likes and comments below what one member published."""
        answer = await self._transport.post(f"{_ROOT}/get_moment_comments", {"moment_id": moment_id, "userid": user_id})
        return Reactions(_reactions(answer.get("like_list")), _reactions(answer.get("comment_list")))

    async def cancel(self, moment_id: str) -> None:
        """Stop what is not published yet; what was published stays."""
        await self._transport.post(f"{_ROOT}/cancel_moment_task", {"moment_id": moment_id})


def _reactions(rows: Sequence[Mapping[str, Any]] | None) -> tuple[Reaction, ...]:
    return tuple(Reaction(str(row.get("external_userid") or ""), _instant(row["create_time"])) for row in rows or ())


def _instant(seconds: Any) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
