"""The client of the service that reads vehicle licences; the wire format is told in the package's docstring."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from foundation.errors import ErrorKind, OutcomeUnknown, PlatformError
from foundation.http import HttpClient, Response
from foundation.settings import get_settings

PLATFORM: Final = "ocr"
TIMEOUT_SECONDS: Final = 15.0
"""A person is waiting and can type the fields in that time."""
MAX_PICTURE_BYTES: Final = 8 * 1024 * 1024
MAX_CHARACTERS: Final = 200
"""A longer value is no field of a licence."""

UNREADABLE: Final = 422
"""The service sees no licence on the picture."""
_DOOR: Final = "vehicle-licence"
_KINDS: Final = {
    401: ErrorKind.PERMANENT,
    403: ErrorKind.PERMANENT,
    413: ErrorKind.OUR_MISTAKE,
    415: ErrorKind.OUR_MISTAKE,
    UNREADABLE: ErrorKind.PERMANENT,
}


@dataclass(frozen=True, slots=True)
class LicenceFields:
    """What the service read, as it wrote it; None where it read nothing. Nothing here has been checked."""

    plate: str | None = None
    vin: str | None = None
    owner_name: str | None = None
    registered_on: str | None = None
    model_text: str | None = None


class OcrError(PlatformError):
    """The service refused a picture or gave no usable answer; `errcode` is the HTTP status, or our own word."""

    code = "ocr_error"

    def __init__(self, errcode: int | str, errmsg: str = "", *, kind: ErrorKind | None = None) -> None:
        known = _KINDS.get(errcode, ErrorKind.BUSY) if isinstance(errcode, int) else ErrorKind.BUSY
        super().__init__(PLATFORM, errcode, errmsg, kind=kind or known)


class LicenceReader:
    """Sends one picture and gives what was read from it."""

    def __init__(self, base_url: str, key: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._http = HttpClient(PLATFORM, base_url, timeout_seconds=timeout_seconds)
        self._key = key

    @property
    def base_url(self) -> str:
        """Where the service is."""
        return self._http.base_url

    async def read(self, picture: bytes, content_type: str) -> LicenceFields:
        """Read a JPEG or PNG.

        Raises:
            OcrError: the picture is too large (OUR_MISTAKE), shows no licence (errcode UNREADABLE), the key is
                wrong (PERMANENT), or no usable answer came (BUSY).
        """
        if len(picture) > MAX_PICTURE_BYTES:
            raise OcrError("too_large", kind=ErrorKind.OUR_MISTAKE)
        answer = _object(await self._ask("POST", picture, content_type))
        return LicenceFields(
            plate=_text(answer, "plate"),
            vin=_text(answer, "vin"),
            owner_name=_text(answer, "owner_name"),
            registered_on=_text(answer, "registered_on"),
            model_text=_text(answer, "model_text"),
        )

    async def check(self) -> None:
        """Ask whether the address and the key are right, without a picture.

        Raises:
            OcrError: they are not, or no answer came.
        """
        await self._ask("GET")

    async def close(self) -> None:
        """Close the connection pool."""
        await self._http.close()

    async def _ask(self, method: str, picture: bytes | None = None, content_type: str = "") -> Response:
        headers = {"Authorization": f"Bearer {self._key}"} | ({"Content-Type": content_type} if content_type else {})
        try:
            response = await self._http.request(method, _DOOR, data=picture, headers=headers, retries=1)
        except OutcomeUnknown as error:
            raise OcrError("timeout") from error
        if response.status not in {200, 204}:
            raise OcrError(response.status)
        return response


def licence_reader() -> LicenceReader | None:
    """This process's client, made from the settings; None where no service is set up."""
    settings = get_settings()
    if not settings.has_ocr:
        return None
    return _client(settings.ocr_url, settings.ocr_key.get_secret_value())


@lru_cache(maxsize=1)
def _client(base_url: str, key: str) -> LicenceReader:
    return LicenceReader(base_url, key)


def _object(response: Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise OcrError("unexpected", "no JSON object")
    return answer


def _text(answer: dict[str, Any], field: str) -> str | None:
    value = answer.get(field)
    return value if isinstance(value, str) and 0 < len(value) <= MAX_CHARACTERS else None
