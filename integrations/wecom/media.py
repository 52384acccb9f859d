"""Files for messages (WeCom docs 90253, 90254, 90256, 95098)."""

from dataclasses import dataclass
from typing import Any, Literal

import aiohttp

from integrations.wecom.transport import Form, Transport

MIN_BYTES = 6
"""WeCom refuses files of 5 bytes and less."""
MAX_BYTES = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "file": 20 << 20}
MAX_PERMANENT_IMAGE_BYTES = 2 << 20
MAX_ATTACHMENT_BYTES = 10 << 20
MAX_WHOLE_DOWNLOAD_BYTES = 20 << 20
"""A bigger file must be asked for by `byte_range` (830002)."""
LIFETIME_SECONDS = 3 * 24 * 3600
"""How long a temporary media id is valid."""

MediaType = Literal["image", "voice", "video", "file"]
MOMENT, PRODUCT_ALBUM = 1, 2


@dataclass(frozen=True, slots=True)
class DownloadedMedia:
    """A file as WeCom gave it."""

    content: bytes
    content_type: str
    file_name: str


class Media:
    """`media/*`. Media ids may be used by all apps of the corp."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def upload(self, media_type: MediaType, content: bytes, file_name: str) -> str:
        """The media id of a temporary file; good for 3 days."""
        _check_size(content, MAX_BYTES[media_type])
        params = {"type": media_type}
        answer = await self._transport.call("POST", "media/upload", params=params, form=_form(content, file_name))
        return str(answer["media_id"])

    async def upload_image(self, content: bytes, file_name: str) -> str:
        """The permanent address of a picture of at most 2 MB; at most 1,000 a day and 3,000 a month."""
        _check_size(content, MAX_PERMANENT_IMAGE_BYTES)
        answer = await self._transport.call("POST", "media/uploadimg", form=_form(content, file_name))
        return str(answer["url"])

    async def upload_attachment(
        self, media_type: MediaType, content: bytes, file_name: str, *, attachment_type: int
    ) -> str:
        """The media id of a file for a moment (`MOMENT`) or the product album (`PRODUCT_ALBUM`); 3 days."""
        _check_size(content, MAX_ATTACHMENT_BYTES)
        params: dict[str, str | int] = {"media_type": media_type, "attachment_type": attachment_type}
        answer = await self._transport.call(
            "POST", "media/upload_attachment", params=params, form=_form(content, file_name)
        )
        return str(answer["media_id"])

    async def get(self, media_id: str, *, byte_range: tuple[int, int] | None = None) -> DownloadedMedia:
        """A file, or the bytes from first to last of it. Raises `WeComError` 40007 when the id is over."""
        headers = {"Range": f"bytes={byte_range[0]}-{byte_range[1]}"} if byte_range else None
        response = await self._transport.download("media/get", {"media_id": media_id}, headers)
        disposition = response.headers.get("Content-Disposition", "")
        return DownloadedMedia(response.body, response.headers.get("Content-Type", ""), _file_name(disposition))


def _form(content: bytes, file_name: str) -> Form:
    # WeCom reads the file name as raw UTF-8, so it must not be percent-encoded; a quote or line break would end it
    # early.
    safe_name = "".join(letter for letter in file_name if letter.isprintable() and letter not in '"\\') or "file"

    def build() -> aiohttp.FormData:
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("media", content, filename=safe_name, content_type="application/octet-stream")
        return form

    return build


def _file_name(disposition: str) -> str:
    _, parameters = _parse_disposition(disposition)
    name: Any = parameters.get("filename", "")
    return str(name)


def _parse_disposition(disposition: str) -> tuple[str | None, Any]:
    return aiohttp.multipart.parse_content_disposition(disposition)


def _check_size(content: bytes, max_bytes: int) -> None:
    if not MIN_BYTES <= len(content) <= max_bytes:
        raise ValueError(f"a file of {MIN_BYTES} to {max_bytes} bytes")
