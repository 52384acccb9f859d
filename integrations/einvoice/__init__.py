"""A service that issues digital invoices 数电发票 and red ones, reached in a narrow wire format of our own.

No provider's format is built in. A dealer who uses a provider puts a small adapter in front of it that speaks this,
with `Authorization: Bearer {WEDEALER_EINVOICE_KEY}`:

- `PUT {WEDEALER_EINVOICE_URL}/invoices/{serial}` issues one. `serial` is our number for it: sent again with the same
  content it is the same invoice, with another content it is refused (409). The body names `store` (code), `kind`
  (`NORMAL`, `SPECIAL`), `buyer` (`name`, `tax_number`, `address`, `phone`, `bank`, `account`, `email`, each a text),
  `lines` (`name`, `tax_percent`, and `gross_fen`, `net_fen`, `tax_fen` with gross = net + tax) and `remark`.
- `PUT {WEDEALER_EINVOICE_URL}/red-invoices/{serial}` takes a whole invoice back (红冲): `of` is its number, `reason`
  one of `01` to `04`.
- Both answer 200 with `state` `PENDING` (ask again with the same PUT), `ISSUED` with `number` (twenty digits), or
  `REFUSED` with `reason` in words. 401: the key is wrong. 429 and 5xx: try again later.
- `GET {WEDEALER_EINVOICE_URL}/` with the key answers 204; the check of a set-up asks it.

What goes wrong is an `EInvoiceError` with an `ErrorKind`. A lost answer only means asking again.
"""

from integrations.einvoice.client import (
    Buyer,
    EInvoiceError,
    InvoiceAnswer,
    InvoiceLine,
    InvoiceOrder,
    InvoiceService,
    ServiceState,
    invoice_service,
)

__all__ = [
    "Buyer",
    "EInvoiceError",
    "InvoiceAnswer",
    "InvoiceLine",
    "InvoiceOrder",
    "InvoiceService",
    "ServiceState",
    "invoice_service",
]
