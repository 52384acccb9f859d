"""Which addresses a webhook may name, before anything is sent to one."""

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

LONGEST_URL: Final = 300
_LOWEST_PORT: Final = 1024
_NUMBER: Final = re.compile("[0-9]+|0x[0-9a-f]*")
"""A last label that resolvers take for part of an IPv4 address: `https://2130706433/` is this machine."""
_USUAL_PORTS: Final = (None, 80, 443)


def problem_of_url(url: str, *, may_be_plain: bool) -> str | None:
    """Why an address may not be named, in words; None for one that may. `may_be_plain`: http is allowed."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "网址的格式不对。"
    if len(url) > LONGEST_URL or any(sign.isspace() for sign in url) or not url.isascii():
        return f"网址最多 {LONGEST_URL} 个字符，不能有空格和中文。"
    if parts.scheme != "https" and not (may_be_plain and parts.scheme == "http"):
        return "网址要以 https:// 开头。"
    if not parts.hostname:
        return "网址里没有域名。"
    if numeric_host(url) is None and (_NUMBER.fullmatch(last := parts.hostname.rpartition(".")[2]) or not last):
        return "网址里要写完整的域名。"
    if "." not in parts.hostname and ":" not in parts.hostname and not may_be_plain:
        return "网址里要写完整的域名。"
    if parts.username is not None or parts.password is not None or parts.fragment:
        return "网址里不能有用户名、密码和 # 号。"
    if port not in _USUAL_PORTS and (port or 0) < _LOWEST_PORT:
        return "端口只能是 80、443 或 1024 以上。"
    return None


def numeric_host(url: str) -> str | None:
    """The host of an address if it is written as a number; those are checked at once, names at every try."""
    host = urlsplit(url).hostname or ""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return None
