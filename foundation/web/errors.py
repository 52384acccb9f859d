"""The one renderer of failures for programs and browsers: `{"error": {"code", "message", "details"}}`."""

from typing import Any

import orjson
from pydantic import ValidationError
from sanic import HTTPResponse, Request
from sanic.exceptions import SanicException

from foundation import failures
from foundation.errors import Contended, Unavailable, WeDealerError
from foundation.logging import logger
from foundation.web.problems import fields_of

RETRY_AFTER_SECONDS = 5
"""A restart of PostgreSQL or of a web worker takes a few seconds."""
_SANIC_CODES = {
    400: ("bad_request", "请求格式不对。"),
    401: ("unauthenticated", "登录已过期，请重新登录。"),
    404: ("not_found", "没找到，可能已被删除，或不在您的权限内。"),
    405: ("method_not_allowed", "这个地址不支持这种请求。"),
    408: ("timeout", "等得太久，请再试一次。"),
    413: ("too_large", "内容太大了。"),
    416: ("range_not_satisfiable", "请求的范围不存在。"),
    417: ("bad_request", "请求格式不对。"),
    503: ("unavailable", "服务正在启动或停止，请稍后再试。"),
}


def error_response(status: int, code: str, message: str, details: dict[str, Any] | None = None) -> HTTPResponse:
    """An error answer. With status 503, or `retry_after_seconds` in the details, it has a Retry-After header."""
    wait = RETRY_AFTER_SECONDS if status == 503 else (details or {}).get("retry_after_seconds")
    headers = {"retry-after": str(wait)} if wait is not None else None
    body = {"error": {"code": code, "message": message, "details": details or {}}}
    return HTTPResponse(
        orjson.dumps(body, default=str), status=status, headers=headers, content_type="application/json"
    )


def render_error(request: Request | None, error: Exception) -> HTTPResponse:
    """Turn any exception into an answer. Only our own bugs become a 500, which is logged under the `reference` it
    shows.
    """
    if failures.is_away(error):
        # Logged without its traceback, which says nothing, because every request fails like this until it is back.
        logger.warning("database_away", path=getattr(request, "path", "-"), error=type(error).__name__)
        error = Unavailable()
    elif failures.is_conflict(error):
        error = Contended()
    if isinstance(error, WeDealerError):
        return error_response(error.status, error.code, error.text, error.details)
    if isinstance(error, ValidationError):
        fields = fields_of(error)
        return error_response(422, "invalid_input", f"填写的内容有误：{fields[0]['problem']}。", {"fields": fields})
    if isinstance(error, SanicException):
        status = error.status_code or 500
        if status in _SANIC_CODES:
            return error_response(status, *_SANIC_CODES[status])
        if status < 500:
            return error_response(status, "bad_request", "请求格式不对。")
    reference = str(request.id) if request is not None else "-"
    logger.error("request_failed", request_id=reference, path=getattr(request, "path", "-"), exc_info=error)
    return error_response(500, "internal_error", "出了点问题，请稍后再试。", {"reference": reference})
