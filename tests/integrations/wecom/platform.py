"""WeCom's side of our calls: gives out tokens as WeCom does and answers each path as the test says."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from tests.integrations.loopback import Received, Reply

ScriptedAnswer = Reply | dict[str, Any] | Callable[[Received], Reply | dict[str, Any]]


class WeComPlatform:
    """`script[path]` is a list of answers, used up one by one; the last one stays."""

    def __init__(self) -> None:
        self.token_number = 1
        self.token_calls = 0
        self.token_answer: dict[str, Any] | None = None
        self.expires_in = 7200
        self.refuses_every_token = False
        self.script: dict[str, list[ScriptedAnswer]] = {}
        self.calls: dict[str, list[Received]] = defaultdict(list)

    @property
    def token(self) -> str:
        return f"token-{self.token_number}"

    def expire_token(self) -> None:
        self.token_number += 1

    def __call__(self, request: Received) -> Reply:
        path = request.path.removeprefix("/cgi-bin/")
        self.calls[path].append(request)
        if path == "gettoken":
            self.token_calls += 1
            return Reply.json(self.token_answer or self._token_answer())
        if self.refuses_every_token or request.query.get("access_token") != self.token:
            return Reply.json({"errcode": 40014, "errmsg": "invalid access_token, from ip: 10.1.2.3"})
        answers = self.script.get(path, [{"errcode": 0, "errmsg": "ok"}])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if callable(answer):
            answer = answer(request)
        return answer if isinstance(answer, Reply) else Reply.json(answer)

    def _token_answer(self) -> dict[str, Any]:
        return {"errcode": 0, "errmsg": "ok", "access_token": self.token, "expires_in": self.expires_in}
