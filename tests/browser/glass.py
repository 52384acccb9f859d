"""The mini-program on a screen of any size: the H5 build in a frame, with answers to what it asks of WeChat."""

import json
from dataclasses import dataclass
from typing import Final

import httpx
from playwright.sync_api import Browser, Frame, Request, Route

from tests.browser.conftest import Demo

_PATIENCE_MS: Final = 20_000
_HOLDER: Final = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>glass</title>
<style>html, body, iframe { width: 100%; height: 100%; margin: 0; border: 0; display: block }</style><body><script>
const given = GIVEN
const answers = {
  hello: () => given.state,
  login: () => fetch(`/control/people/${given.person}/login`, {method: 'POST', body: '{}'})
    .then(answer => answer.json()).then(({code}) => code),
  standingChoice: () => ({isOn: true, settled: {}}),
  requestSubscribe: (templates) => Object.fromEntries(templates.map(({id}) => [id, 'reject'])),
}
addEventListener('message', async ({source, data}) => {
  if (data.miniprogram !== 'ask') return
  source.postMessage({phone: 'answer', number: data.number, gives: (await answers[data.ask]?.(data.with)) ?? null}, '*')
})
const frame = document.body.appendChild(document.createElement('iframe'))
frame.title = 'mini'
frame.src = `/miniprogram/index.html#${given.path}`
</script></body></html>"""
_IS_DRAWN: Final = """path => {
  const at = location.hash.slice(1)
  const isThere = at.startsWith(path) || (path === '/pages/home/index' && /^\\/?($|\\?)/.test(at))
  return isThere && document.querySelector('.o-screen') && !document.querySelector('.bone')
}"""


@dataclass(frozen=True)
class Look:
    """How a person holds and reads their phone: px, times the usual size of text, light or dark."""

    width: int
    height: int = 720
    font: float = 1.0
    theme: str = "light"


class Glass:
    """One owner's phone. `asked` are the reads of the owner's API since the page was opened, without the templates of
    notices, which are read once for each opening of the mini-program."""

    def __init__(self, demo: Demo, browser: Browser, customer_id: int, look: Look) -> None:
        self.asked: list[str] = []
        self.broken: list[str] = []
        self._person = f"c{customer_id}"
        self._simulator = demo.simulator
        self._doors = httpx.Client(base_url=f"{demo.product}/api/owner")
        self.token = self._sign_in()
        now = httpx.get(f"{demo.simulator}/control/clock").json()["now"]
        state = {"server": demo.product, "now": now, "isSeen": True, "theme": look.theme, "fontScale": look.font}
        self._given = {"state": state, "person": self._person}
        self._context = browser.new_context(
            viewport={"width": look.width, "height": look.height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            bypass_csp=True,
            color_scheme="dark" if look.theme == "dark" else "light",
        )
        self.page = self._context.new_page()
        self.page.on("pageerror", lambda error: self.broken.append(str(error)))
        self.page.on("request", self._note)
        self.page.route("**/glass.html", self._hold)
        self._frame: Frame | None = None
        self._path = ""

    def _sign_in(self) -> str:
        """Sign the person in; if WeChat has not confirmed their number yet, confirm it, as at the first opening."""
        person = f"{self._simulator}/control/people/{self._person}"
        js_code = httpx.post(f"{person}/login", json={}).json()["code"]
        session = self._doors.post("/sessions", json={"js_code": js_code}).raise_for_status().json()
        token: str = session["token"]
        if not session["has_phone"]:
            code = httpx.post(f"{person}/phone-code", json={}).json()["code"]
            self._doors.put("/me/phone", json={"code": code}, headers=_bearer(token)).raise_for_status()
        return token

    def _note(self, request: Request) -> None:
        path = request.url.partition("/api/owner")[2].partition("?")[0]
        if request.method == "GET" and path and path != "/subscribe-templates":
            self.asked.append(path)

    def _hold(self, route: Route) -> None:
        given = json.dumps({**self._given, "path": self._path})
        route.fulfill(content_type="text/html; charset=utf-8", body=_HOLDER.replace("GIVEN", given))

    def post(self, door: str, body: dict[str, object]) -> dict[str, str]:
        """An act of the owner outside the shown page."""
        answer = self._doors.post(door, json=body, headers=_bearer(self.token)).raise_for_status()
        made: dict[str, str] = answer.json()
        return made

    def open(self, address: str, *, leads_to: str = "") -> Frame:
        """The page at this address, drawn, or the one it leads to; the first one opens the mini-program."""
        self.asked.clear()
        self._path = address
        if self._frame is None:
            self.page.goto(f"{self._simulator}/glass.html")
            self._frame = self.page.frames[1]
        else:
            words = {"phone": "open", "path": address}
            self.page.evaluate("words => document.querySelector('iframe').contentWindow.postMessage(words, '*')", words)
        self._frame.wait_for_function(_IS_DRAWN, arg=leads_to or address.partition("?")[0], timeout=_PATIENCE_MS)
        return self._frame

    def close(self) -> None:
        """Put the phone away."""
        self._context.close()
        self._doors.close()


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
