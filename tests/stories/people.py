"""The people of a story. Each acts only through doors that are open to them: WeChat and WeCom (the simulator's hands),
the owner API, the staff API; with real sessions, and tapping again when something was busy.
"""

import asyncio
import itertools
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect

from tests import pictures

if TYPE_CHECKING:
    from tests.stories.stage import Stage

Json = dict[str, Any]
TAPS: Final = 8
"""How often a person tries again when a platform was busy or the network was away."""
_TRY_AGAIN: Final = frozenset({502, 503, 504})
_pictures = itertools.count(1)


class Person:
    """Somebody with a session of our API."""

    def __init__(self, stage: "Stage", client: httpx.AsyncClient) -> None:
        self.stage = stage
        self._client = client

    async def sign_in(self) -> None:
        """Begin a session."""
        raise NotImplementedError

    async def get(self, path: str, **query: Any) -> Any:
        """Read."""
        return self._done(await self.ask("GET", path, params=query))

    async def post(self, path: str, body: Json | None = None, **options: Any) -> Any:
        """Do something, once however often it is tapped: the key is the intent's."""
        headers = {"idempotency-key": uuid.uuid4().hex} | options.pop("headers", {})
        content = {"json": body or {}} if "content" not in options else {}
        return self._done(await self.ask("POST", path, headers=headers, **content, **options))

    async def put(self, path: str, body: Json) -> Any:
        """Make it so."""
        return self._done(await self.ask("PUT", path, json=body))

    async def delete(self, path: str) -> Any:
        """Take it back, or let it go."""
        return self._done(await self.ask("DELETE", path))

    async def refused(self, method: str, path: str, body: Json | None = None) -> tuple[int, str]:
        """Try something that is not allowed; return the status and the refusal's code."""
        answer = await self.ask(method, path, json=body or {})
        assert answer.status_code >= 400, f"{method} {path} was possible: {answer.text}"
        return answer.status_code, answer.json()["error"]["code"]

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Ask, again when something was busy or the session has ended; returns whatever was answered."""
        for _ in range(TAPS):
            answer = await self._client.request(method, path, **options)
            if answer.status_code == 401:
                await self.sign_in()
            elif answer.status_code not in _TRY_AGAIN:
                break
        return answer

    def _done(self, answer: httpx.Response) -> Any:
        assert answer.status_code < 300, f"{answer.request.method} {answer.request.url.path}: {answer.text}"
        return answer.json() if answer.content else None

    def _hold(self, token: str) -> None:
        self._token = token
        self._client.headers["authorization"] = f"Bearer {token}"


class OwnersPhone(Person):
    """A car owner's WeChat: their chats, their notices, and our mini program."""

    def __init__(self, stage: "Stage", person_id: str, client: httpx.AsyncClient) -> None:
        super().__init__(stage, client)
        self.person_id = person_id
        self._templates: dict[str, str] = {}

    async def hand(self, method: str, act: str, body: Json | None = None) -> Any:
        """Something done on this phone inside WeChat."""
        return await self.stage.hand(method, f"people/{self.person_id}/{act}", body)

    async def scan(self, poster: str) -> Json:
        """Scan a 「联系我」 code and add the member behind it."""
        ways = (await self.stage.hand("GET", "contact-ways"))["contact_ways"]
        (code,) = [way["config_id"] for way in ways if way["remark"] == poster]
        answer: Json = (await self.hand("POST", "scan", {"code": code}))["friendship"]
        return answer

    async def sign_in(self) -> None:
        """Open the mini program: wx.login's code becomes our session."""
        for _ in range(TAPS):
            js_code = (await self.hand("POST", "login"))["code"]
            answer = await self._client.post("sessions", json={"js_code": js_code})
            if answer.status_code == 201:
                break
        self._hold(self._done(answer)["token"])

    async def share_phone(self) -> str:
        """The phone-number button."""
        for _ in range(TAPS):
            code = (await self.hand("POST", "phone-code"))["code"]
            answer = await self._client.put("me/phone", json={"code": code})
            if answer.status_code < 300:
                break
        return str(self._done(answer)["phone"])

    async def accept_notices(self, *messages: str) -> None:
        """Tap 「允许」 in the pop-up of wx.requestSubscribeMessage; one tap is one notice.

        The owner goes on once WeChat's push of it has arrived, since accepts are counted from that push alone.
        """
        if not self._templates:
            known = await self.get("subscribe-templates")
            self._templates = {one["message"]: one["template_id"] for one in known}
        await self.hand("POST", "subscribe", {"choices": {self._templates[message]: True for message in messages}})
        await self.stage.hand("POST", "settle")

    async def notices(self, title: str = "") -> list[str]:
        """「服务通知」 as text, newest first; of one title, or all."""
        rows = (await self.hand("GET", "notices"))["notices"]
        return [_as_text(row) for row in rows if title in row["title"]]

    async def chat(self, userid: str) -> list[Json]:
        """The messages in the chat with a member, oldest first."""
        person = await self.stage.hand("GET", f"people/{self.person_id}")
        query = f"chats?userid={userid}&external_userid={person['external_userid']}"
        rows = (await self.stage.hand("GET", query))["messages"]
        return sorted(rows, key=lambda row: (row["sent_at"], row["id"]))

    async def pay(self, parameters: Json) -> Json:
        """WeChat's pay sheet, and the password: returns what the sheet showed. Only our server knows the success."""
        sheet: Json = await self.hand("POST", "payments", parameters)
        await self.hand("POST", f"payments/{sheet['out_trade_no']}/confirm")
        return sheet

    @asynccontextmanager
    async def watching(self, repair_order_id: int) -> AsyncIterator["LivePage"]:
        """The progress page, open and live over its WebSocket."""
        address = self.stage.address.replace("http", "ws", 1)
        url = f"{address}/api/owner/repair-orders/{repair_order_id}/live?after=0&token={self._token}"
        async with connect(url) as socket:
            yield LivePage(socket)


class LivePage:
    """What a page heard over its WebSocket."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.events: list[Json] = []

    async def until(self, kind: str) -> Json:
        """Listen until an event of this kind is there."""
        async with asyncio.timeout(30):
            while True:
                event: Json = orjson.loads(await self._socket.recv())
                self.events.append(event)
                if event["kind"] == kind:
                    return event


class StaffMember(Person):
    """A colleague: the console at their desk, and WeCom on their phone."""

    def __init__(self, stage: "Stage", userid: str, client: httpx.AsyncClient) -> None:
        super().__init__(stage, client)
        self.userid = userid

    async def sign_in(self) -> None:
        """WeCom's OAuth: our address, WeCom's code, our session."""
        for _ in range(TAPS):
            options = (await self._client.get("sign-in")).json()
            (state,) = parse_qs(urlsplit(options["wecom_url"]).query)["state"]
            code = (await self.stage.hand("POST", "oauth/choose", {"userid": self.userid}))["code"]
            answer = await self._client.post("sessions", json={"code": code, "state": state})
            if answer.status_code == 201:
                break
        self._hold(self._done(answer)["token"])

    async def enter(self, address: str) -> None:
        """Sign in by what a printed address holds."""
        self._hold(self._done(await self._client.post("sessions", json={"address": address}))["token"])

    async def photograph(self, label: str = "施工后") -> Json:
        """Take a picture and put it in through the media door."""
        content = pictures.picture(next(_pictures))
        stored = await self.post("media", content=content, headers={"content-type": "image/png"})
        return {"key": stored["key"], "label": label}

    async def inbox(self, title: str = "") -> list[Json]:
        """App messages in WeCom, newest first; those that show this text, or all."""
        rows = (await self.stage.hand("GET", f"staff/{self.userid}/inbox?limit=200"))["messages"]
        return [row for row in rows if title in orjson.dumps(row["body"]).decode()]

    async def press(self, card: Json, action: str) -> None:
        """Press the button of a card whose key begins with this action."""
        keys = [button["key"] for button in card["body"]["button_list"] if button.get("key")]
        (key,) = [key for key in keys if key.startswith(f"{action}:")]
        await self.stage.hand("POST", f"inbox/{card['id']}/click", {"key": key})

    async def mass_tasks(self) -> list[Json]:
        """群发助手: what is to be sent to customers, newest first; posts in customer groups are not among them."""
        tasks: list[Json] = (await self.stage.hand("GET", f"staff/{self.userid}/mass-tasks"))["tasks"]
        return [task for task in tasks if task["chat_type"] == "single"]


def signature() -> str:
    """A drawing from the signature pad, another one each time."""
    return pictures.signature(next(_pictures))


def _as_text(notice: Json) -> str:
    return f"{notice['title']} " + " ".join(f"{value['label']}:{value['value']}" for value in notice["data"].values())
