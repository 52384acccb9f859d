"""The client of the service that issues invoices; the wire format is told in the package's docstring."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from foundation.errors import ErrorKind, OutcomeUnknown, PlatformError
from foundation.http import HttpClient, Response
from foundation.settings import get_settings

PLATFORM: Final = "einvoice"
TIMEOUT_SECONDS: Final = 20.0
MAX_REASON: Final = 120
"""Characters of a refusal that are kept."""
_NUMBER: Final = re.compile(r"\d{20}")
_KINDS: Final = {
    400: ErrorKind.OUR_MISTAKE,
    401: ErrorKind.PERMANENT,
    403: ErrorKind.PERMANENT,
    409: ErrorKind.OUR_MISTAKE,
}


class ServiceState(StrEnum):
    """What has become of an order."""

    PENDING = "PENDING"
    ISSUED = "ISSUED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Buyer:
    """To whom the invoice is made out; what only companies have is empty for a person."""

    name: str
    tax_number: str
    address: str
    phone: str
    bank: str
    account: str
    email: str


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """What was sold, in fen with and without tax."""

    name: str
    tax_percent: int
    gross_fen: int
    net_fen: int
    tax_fen: int


@dataclass(frozen=True, slots=True)
class InvoiceOrder:
    """An invoice to be issued by a store."""

    store: str
    kind: str
    buyer: Buyer
    lines: tuple[InvoiceLine, ...]
    remark: str


@dataclass(frozen=True, slots=True)
class InvoiceAnswer:
    """The state of an order; `number` only when issued, `reason` only when refused."""

    state: ServiceState
    number: str = ""
    reason: str = ""


class EInvoiceError(PlatformError):
    """The service gave no usable answer; `errcode` is the HTTP status, or our own word."""

    code = "einvoice_error"

    def __init__(self, errcode: int | str, errmsg: str = "") -> None:
        known = _KINDS.get(errcode, ErrorKind.BUSY) if isinstance(errcode, int) else ErrorKind.BUSY
        super().__init__(PLATFORM, errcode, errmsg, kind=known)


class InvoiceService:
    """Orders invoices. Each call may be repeated: the serial makes it the same order."""

    def __init__(self, base_url: str, key: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._http = HttpClient(PLATFORM, base_url, timeout_seconds=timeout_seconds)
        self._key = key

    async def issue(self, serial: str, order: InvoiceOrder) -> InvoiceAnswer:
        """Order an invoice, or ask what has become of the order.

        Raises:
            EInvoiceError: no usable answer (BUSY), a wrong key (PERMANENT), or another order has this serial
                (OUR_MISTAKE).
        """
        return _answer(await self._ask("PUT", f"invoices/{serial}", asdict(order)))

    async def redden(self, serial: str, number: str, reason: str) -> InvoiceAnswer:
        """Order the red invoice of a whole invoice, or ask what has become of it; the errors are those of `issue`."""
        return _answer(await self._ask("PUT", f"red-invoices/{serial}", {"of": number, "reason": reason}))

    async def check(self) -> None:
        """Ask whether the address and the key are right.

        Raises:
            EInvoiceError: they are not, or no answer came.
        """
        await self._ask("GET", "")

    async def close(self) -> None:
        """Close the connection pool."""
        await self._http.close()

    async def _ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Response:
        headers = {"Authorization": f"Bearer {self._key}"}
        call = path.partition("/")[0] or "check"
        try:
            response = await self._http.request(method, path, json=body, headers=headers, metric_path=call)
        except OutcomeUnknown as error:
            raise EInvoiceError("timeout") from error
        if response.status not in {200, 204}:
            raise EInvoiceError(response.status)
        return response


def invoice_service() -> InvoiceService | None:
    """This process's client, made from the settings; None where no service is set up."""
    settings = get_settings()
    if not settings.has_einvoice:
        return None
    return _client(settings.einvoice_url, settings.einvoice_key.get_secret_value())


@lru_cache(maxsize=1)
def _client(base_url: str, key: str) -> InvoiceService:
    return InvoiceService(base_url, key)


def _answer(response: Response) -> InvoiceAnswer:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise EInvoiceError("unexpected", "no JSON object")
    number, reason = answer.get("number"), answer.get("reason")
    match answer.get("state"):
        case ServiceState.PENDING:
            return InvoiceAnswer(ServiceState.PENDING)
        case ServiceState.ISSUED if isinstance(number, str) and _NUMBER.fullmatch(number):
            return InvoiceAnswer(ServiceState.ISSUED, number=number)
        case ServiceState.REFUSED if isinstance(reason, str) and reason.strip():
            return InvoiceAnswer(ServiceState.REFUSED, reason=" ".join(reason.split())[:MAX_REASON])
    raise EInvoiceError("unexpected", "no known state")
