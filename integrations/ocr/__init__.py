"""A service that reads a vehicle licence 行驶证 from a picture, reached in a narrow wire format of our own.

No provider's format is built in. A dealer who uses a provider puts a small adapter in front of it that speaks this:

- `POST {WEDEALER_OCR_URL}/vehicle-licence`, the body a JPEG or PNG, `Authorization: Bearer {WEDEALER_OCR_KEY}`.
- 200 with a JSON object of `plate`, `vin`, `owner_name`, `registered_on` (`2021-03-09`) and `model_text`, each a text,
  null or missing.
- 422: there is no licence on the picture. 401: the key is wrong. 429 and 5xx: try again later.
- `GET` at the same address with the key answers 204 and reads nothing; the check of a set-up asks it.

What goes wrong is an `OcrError` with an `ErrorKind`; reading has no effect, so a lost answer only means asking again.
"""

from integrations.ocr.client import LicenceFields, LicenceReader, OcrError, licence_reader

__all__ = ["LicenceFields", "LicenceReader", "OcrError", "licence_reader"]
