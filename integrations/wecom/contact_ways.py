"""「联系我」: the codes through which customers add members, and the welcome that answers them.

WeCom docs 92228 and 92137.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from foundation.errors import PlatformError
from foundation.http import HttpClient
from integrations.wecom.attachments import Attachment, message_body
from integrations.wecom.transport import Transport

if TYPE_CHECKING:
    from integrations.wecom.endpoints import WeChatPyEndpoints

MAX_STATE_CHARS = 30
MAX_REMARK_CHARS = 30
MAX_MEMBERS = 100

SINGLE, MULTIPLE = 1, 2
SCENE_QR_CODE = 2


@dataclass(frozen=True, slots=True)
class ContactWay:
    """A made code. Keep `config_id`: codes made here are not shown in the admin console and cannot be found again."""

    config_id: str
    qr_code: str


class ContactWays:
    """Calls under `externalcontact/` for contact ways and welcomes."""

    def __init__(self, transport: Transport, wechatpy: "WeChatPyEndpoints") -> None:
        self._transport = transport
        self._wechatpy = wechatpy

    async def add(
        self,
        user_ids: Sequence[str],
        *,
        state: str,
        remark: str = "",
        skip_verify: bool = True,
        takes_several: bool = False,
    ) -> ContactWay:
        """A QR code for one or several members; `state` comes back with everyone who scans it. A code of one that may
        be given several later has to say so: the type of a code never changes.

        Raises `WeComError`, `OutcomeUnknown`. ValueError for more than 100 members or texts over 30 characters.
        """
        if not 1 <= len(user_ids) <= MAX_MEMBERS:
            raise ValueError(f"1 to {MAX_MEMBERS} members")
        _check_texts(state, remark)
        answer = await self._wechatpy.external_contact.add_contact_way(
            type=SINGLE if len(user_ids) == 1 and not takes_several else MULTIPLE,
            scene=SCENE_QR_CODE,
            remark=remark or None,
            skip_verify=skip_verify,
            state=state or None,
            user=list(user_ids),
        )
        return ContactWay(str(answer["config_id"]), str(answer.get("qr_code", "")))

    async def get(self, config_id: str) -> dict[str, Any]:
        """The `contact_way` object as WeCom keeps it; some answers hold it in a list of one."""
        answer = await self._wechatpy.external_contact.get_contact_way(config_id)
        way = answer.get("contact_way") or {}
        return dict(way[0] if isinstance(way, list) else way)

    async def update(
        self,
        config_id: str,
        *,
        user_ids: Sequence[str] | None = None,
        state: str | None = None,
        remark: str | None = None,
        skip_verify: bool | None = None,
    ) -> None:
        """Change the given fields of a code; None leaves a field alone."""
        _check_texts(state or "", remark or "")
        fields = {
            "user": None if user_ids is None else list(user_ids),
            "state": state,
            "remark": remark,
            "skip_verify": skip_verify,
        }
        body = {"config_id": config_id} | {name: value for name, value in fields.items() if value is not None}
        await self._transport.post("externalcontact/update_contact_way", body)

    async def delete(self, config_id: str) -> None:
        """Withdraw a code; printed copies stop working."""
        await self._wechatpy.external_contact.del_contact_way(config_id)

    async def picture(self, qr_code: str) -> bytes:
        """The picture behind the `qr_code` of a made code. It lies on a server of pictures, which wants no token.

        Raises `PlatformError`: it is not there, or the server does not answer.
        """
        parts = urlsplit(qr_code)
        http = HttpClient("wecom_pictures", f"{parts.scheme}://{parts.netloc}")
        try:
            answer = await http.request(
                "GET", parts.path, params=dict(parse_qsl(parts.query)), retries=1, metric_path="contact_way_picture"
            )
        finally:
            await http.close()
        if answer.status != HTTPStatus.OK or not answer.headers.get("content-type", "").startswith("image/"):
            raise PlatformError("wecom", answer.status, "contact_way_picture")
        return answer.body

    async def send_welcome(self, welcome_code: str, text: str, attachments: Sequence[Attachment] = ()) -> None:
        """Answer a new friend. The code lives 20 s and works once; media must be uploaded before.

        Raises `WeComError`: 41050 too late or used, 41051 already chatting, 41096 another app was first (all final).
        `OutcomeUnknown` must not be repeated: the code may be used up.
        """
        body = {"welcome_code": welcome_code} | message_body(text, list(attachments))
        await self._wechatpy.external_contact.send_welcome_msg(body)


def _check_texts(state: str, remark: str) -> None:
    if len(state) > MAX_STATE_CHARS or len(remark) > MAX_REMARK_CHARS:
        raise ValueError(f"state and remark hold at most {MAX_STATE_CHARS} characters")
