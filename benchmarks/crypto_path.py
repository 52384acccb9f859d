"""`crypto_path`: one WeCom callback verified, decrypted, parsed and answered, against wechatpy's own path.

Both read the same encrypted bytes and make an encrypted text reply. Rounds alternate, so that other load on the machine
slows both; the medians are compared.
"""

import statistics
import time
from collections.abc import Callable

from wechatpy.work import parse_message
from wechatpy.work.crypto import WeChatCrypto
from wechatpy.work.replies import TextReply

from integrations.wecom.callback_crypto import CallbackCrypto
from integrations.wecom.events import MemberTextMessage, parse_event, text_reply

GOAL_RATIO = 3.0
ROUNDS = 9
CALLS_PER_ROUND = 1500

TOKEN = "benchmarktoken"
AES_KEY = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
CORP_ID = "wwbenchmarkcorp001"
TIMESTAMP = "1700000000"
NONCE = "1372623149"

MESSAGE = f"""<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName>
<FromUserName><![CDATA[zhangsan]]></FromUserName>
<CreateTime>1700000000</CreateTime>
<MsgType><![CDATA[text]]></MsgType>
<Content><![CDATA[今天还有哪些客户要回访？]]></Content>
<MsgId>4561255354251345929</MsgId>
<AgentID>1000002</AgentID>
</xml>"""


def run() -> dict[str, object]:
    """Calls per second of our path and of wechatpy's in the same run, and their ratio."""
    ours = CallbackCrypto(TOKEN, AES_KEY, CORP_ID)
    theirs = WeChatCrypto(TOKEN, AES_KEY, CORP_ID)
    encrypted = ours.encrypt(MESSAGE.encode())
    signature = ours.signature(TIMESTAMP, NONCE, encrypted)
    body = (
        f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName><AgentID><![CDATA[1000002]]></AgentID>"
        f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    )

    def our_path(raw: bytes = body.encode()) -> str:
        event = parse_event(ours.read_message(raw, signature, TIMESTAMP, NONCE))
        assert isinstance(event, MemberTextMessage)
        return ours.seal_reply(text_reply(event, event.content), TIMESTAMP, NONCE)

    def their_path(raw: str = body) -> str:
        message = parse_message(theirs.decrypt_message(raw, signature, TIMESTAMP, NONCE))
        reply = TextReply(message=message, content=message.content)
        return str(theirs.encrypt_message(reply.render(), NONCE, TIMESTAMP))

    our_rates, their_rates = [], []
    for _ in range(ROUNDS):
        our_rates.append(_calls_per_second(our_path))
        their_rates.append(_calls_per_second(their_path))
    value, floor_value = statistics.median(our_rates), statistics.median(their_rates)
    return {
        "name": "crypto_path",
        "value": round(value),
        "unit": "callbacks/s",
        "floor": "wechatpy 2.0.0a26: decrypt_message, parse_message, TextReply, encrypt_message",
        "floor_value": round(floor_value),
        "ratio": round(value / floor_value, 2),
        "goal": f">= {GOAL_RATIO:g}",
        "met": value / floor_value >= GOAL_RATIO,
    }


def _calls_per_second(path: Callable[[], str]) -> float:
    started = time.process_time()
    for _ in range(CALLS_PER_ROUND):
        path()
    return CALLS_PER_ROUND / (time.process_time() - started)


if __name__ == "__main__":
    print(run())
