"""What the platforms accept, as named limits. Each check returns the broken rules in Chinese, or an empty list.

Sources: WeChat `subscribeMessage.send` (parameter table), WeCom doc 90236 (application messages), 92137 (welcome),
92135 (mass messages), 95094 (moments). Characters are UTF-16 units, bytes are UTF-8.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from crm_core.wording.formats import width
from crm_core.wording.payloads import ChatAttachment, TemplateCard

THING_CHARS = 20
PHRASE_CHARS = 5
CHARACTER_STRING_CHARS = 32
NUMBER_DIGITS = 32
AMOUNT_DIGITS = 10
CAR_NUMBER_CHARS = 8

# The group-robot edition of WeCom cards is the narrower one (the app's own: 20 / 36 / 44 / 5 / 30 / 10).
CARD_SOURCE_CHARS = 13
CARD_TITLE_CHARS = 26
CARD_DESC_CHARS = 30
CARD_KEYNAME_CHARS = 5
CARD_VALUE_CHARS = 26
CARD_BUTTON_CHARS = 10
CARD_ROWS = 6
CARD_BUTTONS = 6
CARD_BUTTON_KEY_BYTES = 1024
TASK_ID = re.compile(r"[A-Za-z0-9_\-@]{1,128}")

WELCOME_TEXT_BYTES = 4000
GROUP_SEND_TEXT_BYTES = 4000
MOMENTS_TEXT_CHARS = 2000
MOMENTS_TEXT_BYTES = 4000
ATTACHMENTS = 9
MINI_PROGRAM_TITLE_BYTES = 64
WECOM_TEXT_BYTES = 2048
SMS_CHARS = 70  # one billed SMS, signature included
URL_BYTES = 2048

_TIME_OF_DAY = r"([01]?\d|2[0-3]):[0-5]\d"
_DATE = r"\d{4}年\d{1,2}月\d{1,2}日"
_RULES: Mapping[str, tuple[re.Pattern[str], str]] = {
    "thing": (re.compile(r".+"), f"1 到 {THING_CHARS} 个字"),
    "phrase": (re.compile(rf"[\u3400-\u9fff]{{1,{PHRASE_CHARS}}}"), f"1 到 {PHRASE_CHARS} 个汉字"),
    "character_string": (re.compile(r"[!-~]+"), f"1 到 {CHARACTER_STRING_CHARS} 个数字、字母或符号"),
    "number": (re.compile(rf"\d{{1,{NUMBER_DIGITS}}}(\.\d+)?"), f"数字，最多 {NUMBER_DIGITS} 位"),
    "amount": (re.compile(r"[¥￥$€£]?\d+(\.\d+)?元?"), f"金额，最多 {AMOUNT_DIGITS} 位数字"),
    "time": (re.compile(rf"({_DATE} )?{_TIME_OF_DAY}(~({_DATE} )?{_TIME_OF_DAY})?"), "24 小时制时间，可带日期"),
    "date": (re.compile(rf"{_DATE}( {_TIME_OF_DAY})?"), "年月日，可带时间"),
    "car_number": (re.compile(r"[\u3400-\u9fff]?[A-Za-z0-9]+[\u3400-\u9fff]?"), f"车牌，最多 {CAR_NUMBER_CHARS} 位"),
}
_LONGEST = {"thing": THING_CHARS, "character_string": CHARACTER_STRING_CHARS, "car_number": CAR_NUMBER_CHARS}
KEY_TYPES = frozenset(_RULES)


def over(what: str, text: str, longest: int, *, in_bytes: bool = False) -> list[str]:
    """One sentence when `text` is empty or longer than `longest` characters (or bytes)."""
    size = len(text.encode()) if in_bytes else width(text)
    if 0 < size <= longest:
        return []
    return [f"{what}：{size} {'字节' if in_bytes else '个字'}，应在 1 到 {longest} 之间"]


def subscribe_value(label: str, key_type: str, value: str) -> list[str]:
    """Check a value of a subscribe message, which WeChat refuses (47003) rather than cuts when it breaks a rule."""
    if key_type not in _RULES:
        return [f"{label}：不认识的类型 {key_type}"]
    shape, rule = _RULES[key_type]
    too_long = key_type in _LONGEST and width(value) > _LONGEST[key_type]
    too_many_digits = key_type == "amount" and sum(c.isdigit() for c in value) > AMOUNT_DIGITS
    if shape.fullmatch(value) and not too_long and not too_many_digits:
        return []
    return [f"{label}（{key_type}）：{width(value)} 个字，要求{rule}"]


def card(payload: TemplateCard) -> list[str]:
    """Check a `template_card`. WeCom silently cuts texts that are too long, and refuses long keys and lists."""
    rows, buttons = payload["horizontal_content_list"], payload.get("button_list", [])
    problems = over("来源", payload["source"]["desc"], CARD_SOURCE_CHARS)
    problems += over("标题", payload["main_title"]["title"], CARD_TITLE_CHARS)
    problems += over("说明", payload["main_title"]["desc"], CARD_DESC_CHARS)
    if len(rows) > CARD_ROWS:
        problems.append(f"共 {len(rows)} 行，最多 {CARD_ROWS} 行")
    for row in rows:
        problems += over(f"行名「{row['keyname']}」", row["keyname"], CARD_KEYNAME_CHARS)
        problems += over(f"「{row['keyname']}」的内容", row["value"], CARD_VALUE_CHARS)
    if len(buttons) > CARD_BUTTONS:
        problems.append(f"共 {len(buttons)} 个按钮，最多 {CARD_BUTTONS} 个")
    for button in buttons:
        problems += over(f"按钮「{button['text']}」", button["text"], CARD_BUTTON_CHARS)
        problems += over("按钮的键", button.get("key", "-"), CARD_BUTTON_KEY_BYTES, in_bytes=True)
        problems += over("按钮的网址", button.get("url", "-"), URL_BYTES, in_bytes=True)
    if "task_id" in payload and not TASK_ID.fullmatch(payload["task_id"]):
        problems.append("task_id：只能是 128 字节以内的数字、字母和 _-@")
    return problems


def attachments(items: Sequence[ChatAttachment]) -> list[str]:
    """Check the attachments of a welcome or a mass message."""
    problems = [] if len(items) <= ATTACHMENTS else [f"附件 {len(items)} 个，最多 {ATTACHMENTS} 个"]
    for item in items:
        problems += over("小程序卡片标题", item["miniprogram"]["title"], MINI_PROGRAM_TITLE_BYTES, in_bytes=True)
    return problems


Check = Callable[[str], list[str]]
_TEXTS: dict[str, Check] = {}


def declare_text(file: str, check: Check) -> None:
    """Declare the check for the plain text in this file of a message's folder. Each channel declares its own."""
    _TEXTS[file] = check


def text(file: str, words: str) -> list[str]:
    """Check a plain text by the rules declared for its file."""
    return _TEXTS[file](words) if file in _TEXTS else [f"没有声明 {file} 的长度限制"]


declare_text("wecom_text.txt", lambda words: over("文字", words, WECOM_TEXT_BYTES, in_bytes=True))
declare_text("sms.txt", lambda words: over("短信", words, SMS_CHARS))
declare_text(
    "moments.txt",
    lambda words: over("朋友圈", words, MOMENTS_TEXT_CHARS) + over("朋友圈", words, MOMENTS_TEXT_BYTES, in_bytes=True),
)
