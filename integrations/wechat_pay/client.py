"""The merchant's calls to WeChat Pay v3: pay from a mini-program, query, close, refund; and its notifications.

wechatpayv3 signs, verifies and decrypts; our own HTTP client sends, so that we decide about the base address, time-outs
and unknown outcomes (docs/decisions/0003). Source: pay.weixin.qq.com v3, pay/transactions/jsapi and refund/domestic.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlsplit

import orjson
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from wechatpayv3.utils import rsa_encrypt

from foundation import clock
from foundation.errors import OutcomeUnknown
from foundation.http import TIMEOUT_SECONDS, HttpClient, Response
from foundation.settings import WeChatPaySettings, get_settings
from integrations.wechat_pay import notification, statement
from integrations.wechat_pay.errors import (
    KINDS,
    MALFORMED,
    NO_STATEMENT,
    NO_SUCH_ORDER,
    ORDER_CLOSED,
    PLATFORM,
    UNVERIFIED,
    CallInvalid,
    NotificationRefused,
    NotificationUnreadable,
    WeChatPayError,
)
from integrations.wechat_pay.platform_keys import PUBLIC_KEY_PREFIX, PlatformKeys
from integrations.wechat_pay.records import DEBIT_BANKS, BankCard, Refund, Transaction
from integrations.wechat_pay.signing import MerchantSigner, SignatureHeaders, platform_key
from integrations.wechat_pay.statement import Statement

OUT_NO = re.compile(r"[0-9A-Za-z_-]{6,32}")
"""Our numbers at the platform. It would also take | and *; without them a number needs no escaping in a path."""

AUTH_CODE = re.compile(r"1[0-5][0-9]{16}")
"""What WeChat's 付款 page shows: it lives about a minute and is used once."""

ANY_REFUND_NO = re.compile(r"[0-9A-Za-z_\-|*@]{1,64}")
"""The form of a refund number that the platform accepts (refund API v3), whoever chose the number."""

DESCRIPTION_MAX_CHARS = 127
ATTACH_MAX_CHARS = 128
REASON_MAX_CHARS = 80
NOTIFY_URL_MAX_CHARS = 256

CONNECT_RETRIES = 1
"""Further tries when no connection could be made (nothing was sent then), and for a query whose answer broke off."""

USER_AGENT = "WeDealer"


class WeChatPayClient:
    """One merchant account for one mini-program. Safe to share between tasks."""

    def __init__(self, settings: WeChatPaySettings, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        """Raises ValueError when a key of the settings cannot be used."""
        self.mch_id = settings.mch_id
        self.app_id = settings.app_id
        self._api_v3_key = settings.api_v3_key.get_secret_value()
        if len(self._api_v3_key.encode()) != notification.API_V3_KEY_BYTES:
            raise ValueError("the APIv3 key must be 32 bytes")
        self._platform_serial = settings.platform_serial
        self._signer = MerchantSigner(
            settings.mch_id, settings.merchant_serial, settings.merchant_private_key.get_secret_value()
        )
        configured = {settings.platform_serial: platform_key(settings.platform_public_key)}
        self._keys = PlatformKeys(configured, self._download_certificates)
        self._base_path = urlsplit(settings.base_url).path.rstrip("/")
        self._http = HttpClient(PLATFORM, settings.base_url, timeout_seconds=timeout_seconds)

    async def prepay_jsapi(
        self,
        out_trade_no: str,
        description: str,
        amount_fen: int,
        openid: str,
        notify_url: str,
        expires_at: datetime | None = None,
        attach: str = "",
    ) -> str:
        """Open an order and return its prepay_id, which lives 2 hours.

        Harmless to repeat with the same content. Raises CallInvalid before sending; WeChatPayError (ORDERPAID,
        OUT_TRADE_NO_USED…); OutcomeUnknown: query_payment before anything else.
        """
        _check(OUT_NO.fullmatch(out_trade_no), "out_trade_no: 6-32 letters, digits, _ or -")
        _check(0 < len(description) <= DESCRIPTION_MAX_CHARS, "description: 1-127 characters")
        _check(len(attach) <= ATTACH_MAX_CHARS, "attach: at most 128 characters")
        _check(amount_fen > 0, "amount: at least 1 fen")
        _check_notify_url(notify_url)
        body: dict[str, Any] = {
            "appid": self.app_id,
            "mchid": self.mch_id,
            "description": description,
            "out_trade_no": out_trade_no,
            "notify_url": notify_url,
            "amount": {"total": amount_fen, "currency": "CNY"},
            "payer": {"openid": openid},
        }
        if expires_at is not None:
            body["time_expire"] = clock.local(expires_at).isoformat(timespec="seconds")
        if attach:
            body["attach"] = attach
        path = "/v3/pay/transactions/jsapi"
        prepay_id = (await self._post(path, body)).get("prepay_id")
        if not isinstance(prepay_id, str) or not prepay_id:
            raise OutcomeUnknown(PLATFORM, path)
        return prepay_id

    def payment_parameters(self, prepay_id: str) -> dict[str, str]:
        """The parameters for wx.requestPayment in the mini-program. Its "ok" is no proof of payment."""
        return self._signer.payment_parameters(self.app_id, prepay_id, clock.now())

    async def query_payment(self, out_trade_no: str) -> Transaction | None:
        """The order as the platform sees it now; None when it knows no such order. Raises WeChatPayError."""
        _check(OUT_NO.fullmatch(out_trade_no), "out_trade_no: 6-32 letters, digits, _ or -")
        path = f"/v3/pay/transactions/out-trade-no/{out_trade_no}?mchid={self.mch_id}"
        answer = await self._get_or_none(path, "/v3/pay/transactions/out-trade-no/{out_trade_no}")
        try:
            return None if answer is None else Transaction.of(answer)
        except ValueError as error:
            raise WeChatPayError(MALFORMED, str(error)) from error

    async def close_payment(self, out_trade_no: str) -> None:
        """Close an unpaid order; one already closed is fine.

        Raises WeChatPayError (ORDERPAID: it was paid meanwhile, query it), OutcomeUnknown.
        """
        _check(OUT_NO.fullmatch(out_trade_no), "out_trade_no: 6-32 letters, digits, _ or -")
        base = "/v3/pay/transactions/out-trade-no"
        try:
            await self._post(
                f"{base}/{out_trade_no}/close", {"mchid": self.mch_id}, metric_path=f"{base}/{{out_trade_no}}/close"
            )
        except WeChatPayError as error:
            if error.errcode not in ORDER_CLOSED:
                raise

    async def pay_by_code(
        self, out_trade_no: str, description: str, amount_fen: int, auth_code: str, store: str
    ) -> Transaction:
        """付款码支付: take the sum from whoever shows this code; `store` is our name for the place (codepay API v3).

        There is never a notification. USERPAYING: the payer is asked for their password, so query_payment until it is
        decided. An order that failed is dead: a new code needs a new number.

        Raises CallInvalid before sending; WeChatPayError: refused, or (USERPAYING, BUSY) not decided; OutcomeUnknown.
        """
        _check(OUT_NO.fullmatch(out_trade_no), "out_trade_no: 6-32 letters, digits, _ or -")
        _check(0 < len(description) <= DESCRIPTION_MAX_CHARS, "description: 1-127 characters")
        _check(amount_fen > 0, "amount: at least 1 fen")
        _check(AUTH_CODE.fullmatch(auth_code), "auth_code: 18 digits that begin with 10 to 15")
        path = "/v3/pay/transactions/codepay"
        answer = await self._post(
            path,
            {
                "appid": self.app_id,
                "mchid": self.mch_id,
                "description": description,
                "out_trade_no": out_trade_no,
                "payer": {"auth_code": auth_code},
                "amount": {"total": amount_fen, "currency": "CNY"},
                "scene_info": {"store_info": {"out_id": store}},
            },
        )
        try:
            return Transaction.of(answer)
        except ValueError as error:
            raise OutcomeUnknown(PLATFORM, path) from error

    async def reverse_payment(self, out_trade_no: str) -> None:
        """撤销 an order that was opened with a code: one that is not paid is closed, one that is paid goes back.

        Not within 15 seconds of paying. Harmless to repeat; after an error it is not reversed.

        Raises WeChatPayError (ORDER_NOT_EXIST among others), OutcomeUnknown.
        """
        _check(OUT_NO.fullmatch(out_trade_no), "out_trade_no: 6-32 letters, digits, _ or -")
        base = "/v3/pay/transactions/out-trade-no"
        await self._post(
            f"{base}/{out_trade_no}/reverse",
            {"appid": self.app_id, "mchid": self.mch_id},
            metric_path=f"{base}/{{out_trade_no}}/reverse",
        )

    async def refund(
        self,
        out_trade_no: str,
        out_refund_no: str,
        amount_fen: int,
        total_fen: int,
        reason: str = "",
        notify_url: str = "",
    ) -> Refund:
        """Give `amount_fen` of an order of `total_fen` back; usually PROCESSING at first, a notification follows.

        The same out_refund_no never refunds twice. Raises CallInvalid before sending, WeChatPayError (NOT_ENOUGH…),
        OutcomeUnknown: query_refund before anything else.
        """
        _check(OUT_NO.fullmatch(out_trade_no), "out_trade_no: 6-32 letters, digits, _ or -")
        _check(OUT_NO.fullmatch(out_refund_no), "out_refund_no: 6-32 letters, digits, _ or -")
        _check(0 < amount_fen <= total_fen, "amount: between 1 fen and the total of the order")
        _check(len(reason) <= REASON_MAX_CHARS, "reason: at most 80 characters")
        body: dict[str, Any] = {
            "out_trade_no": out_trade_no,
            "out_refund_no": out_refund_no,
            "amount": {"refund": amount_fen, "total": total_fen, "currency": "CNY"},
        }
        if reason:
            body["reason"] = reason
        if notify_url:
            _check_notify_url(notify_url)
            body["notify_url"] = notify_url
        path = "/v3/refund/domestic/refunds"
        answer = await self._post(path, body)
        try:
            return Refund.of(answer)
        except ValueError as error:
            raise OutcomeUnknown(PLATFORM, path) from error

    async def apply_abnormal_refund(self, refund_id: str, out_refund_no: str, card: BankCard | None = None) -> Refund:
        """发起异常退款: send a refund that the bank refused to the payer's `card`, or without one to ours.

        Only for a refund in ABNORMAL; `refund_id` is the platform's number (apply-abnormal-refund API v3).

        Account and name leave us encrypted for the platform only. Harmless to repeat.

        Raises CallInvalid before sending, SerialUnknown, WeChatPayError, OutcomeUnknown: query_refund before anything.
        """
        _check(ANY_REFUND_NO.fullmatch(refund_id), "refund_id: the platform's number")
        _check(OUT_NO.fullmatch(out_refund_no), "out_refund_no: 6-32 letters, digits, _ or -")
        body: dict[str, Any] = {"out_refund_no": out_refund_no, "type": "MERCHANT_BANK_CARD"}
        if card is not None:
            _check(card.bank_type in DEBIT_BANKS, "bank_type: one of the banks whose debit cards take refunds")
            key = await self._keys.find(self._platform_serial)
            body |= {
                "type": "USER_BANK_CARD",
                "bank_type": card.bank_type,
                "bank_account": rsa_encrypt(card.account, key),
                "real_name": rsa_encrypt(card.holder, key),
            }
        base = "/v3/refund/domestic/refunds"
        metric_path = f"{base}/{{refund_id}}/apply-abnormal-refund"
        path = f"{base}/{quote(refund_id, safe='')}/apply-abnormal-refund"
        answer = await self._post(path, body, metric_path=metric_path)
        try:
            return Refund.of(answer)
        except ValueError as error:
            raise OutcomeUnknown(PLATFORM, metric_path) from error

    async def query_refund(self, out_refund_no: str) -> Refund | None:
        """The refund as the platform sees it now, also one made in the merchant console under a number of its own; None
        when it knows no such refund. Raises WeChatPayError.
        """
        _check(ANY_REFUND_NO.fullmatch(out_refund_no), "out_refund_no: 1-64 letters, digits, _ - | * or @")
        answer = await self._get_or_none(
            f"/v3/refund/domestic/refunds/{quote(out_refund_no, safe='')}",
            "/v3/refund/domestic/refunds/{out_refund_no}",
        )
        try:
            return None if answer is None else Refund.of(answer)
        except ValueError as error:
            raise WeChatPayError(MALFORMED, str(error)) from error

    async def trade_statement(self, day: date) -> Statement | None:
        """The statement of a Shanghai day: every payment that succeeded and every refund that was accepted; None when
        nothing moved. It is ready from ten o'clock of the next day, and kept for three months.

        The file itself is not signed; its hash, in the signed answer before it, is what makes it the platform's.

        Raises WeChatPayError: STATEMENT_CREATING; MALFORMED when the file is not what was announced.
        """
        path = f"/v3/bill/tradebill?bill_date={day.isoformat()}&bill_type=ALL&tar_type=GZIP"
        response = await self._send("GET", path, "", "/v3/bill/tradebill")
        try:
            await self._verify(response)
            told = _object(response)
        except NotificationRefused as error:
            raise WeChatPayError(UNVERIFIED, error.code) from error
        except WeChatPayError as error:
            if error.errcode == NO_STATEMENT:
                return None
            raise
        url, hash_value = urlsplit(str(told.get("download_url") or "")), str(told.get("hash_value") or "")
        # Only path and query are used: our signature goes to no other host than the platform's.
        file = await self._send(
            "GET", f"{url.path.removeprefix(self._base_path)}?{url.query}", "", "/v3/billdownload/file"
        )
        if file.status != 200:
            _object(file)
        try:
            return statement.read(statement.unpack(file.body, hash_value))
        except ValueError as error:
            raise WeChatPayError(MALFORMED, str(error)) from error

    async def parse_notification(self, headers: Mapping[str, str], body: bytes) -> notification.Notification:
        """The notification in one POST to our notify address; `body` is the raw bytes as they came.

        Raises SignatureWrong, SignatureProbe (no alarm), TimestampStale, SerialUnknown, Undecryptable or
        NotificationUnreadable; nothing else, whatever the bytes.
        """
        if len(body) > notification.MAX_BODY_BYTES:
            raise NotificationUnreadable(reason="too large")
        await notification.verify(SignatureHeaders.of(headers), body, self._keys, clock.now())
        return notification.read(body, self._api_v3_key, self.mch_id)

    async def close(self) -> None:
        """Close the connection pool."""
        await self._http.close()

    async def _get_or_none(self, path: str, metric_path: str) -> dict[str, Any] | None:
        try:
            response = await self._send("GET", path, "", metric_path)
            await self._verify(response)
            return _object(response)
        except NotificationRefused as error:
            raise WeChatPayError(UNVERIFIED, error.code) from error
        except WeChatPayError as error:
            if error.errcode in NO_SUCH_ORDER:
                return None
            raise

    async def _post(self, path: str, body: Mapping[str, Any], *, metric_path: str | None = None) -> dict[str, Any]:
        """POST and verify. An answer that the platform did not sign does not say what happened: OutcomeUnknown."""
        response = await self._send("POST", path, orjson.dumps(body).decode(), metric_path or path)
        try:
            await self._verify(response)
            return _object(response)
        except NotificationRefused as error:
            raise OutcomeUnknown(PLATFORM, metric_path or path) from error
        except WeChatPayError as error:
            if error.errcode == MALFORMED:
                raise OutcomeUnknown(PLATFORM, metric_path or path) from error
            raise

    async def _send(self, method: str, path: str, body: str, metric_path: str) -> Response:
        headers = {
            "Authorization": self._signer.authorization(method, self._base_path + path, body, clock.now()),
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
        }
        # It names the key by which we expect an answer, and for which sensitive fields are encrypted.
        if self._platform_serial.startswith(PUBLIC_KEY_PREFIX) or metric_path.endswith("/apply-abnormal-refund"):
            headers["Wechatpay-Serial"] = self._platform_serial
        return await self._http.request(
            method,
            path,
            data=body.encode() or None,
            headers=headers,
            retries=CONNECT_RETRIES,
            metric_path=metric_path,
        )

    async def _verify(self, response: Response) -> None:
        """Successful answers are always signed; refusals may not be, for example of a wrong signature of ours."""
        if response.status in {200, 204}:
            await notification.verify(SignatureHeaders.of(response.headers), response.body, self._keys, clock.now())

    async def _download_certificates(self) -> dict[str, RSAPublicKey]:
        """The platform's certificates, each sealed with our APIv3 key; the answer must be signed by one of them."""
        response = await self._send("GET", "/v3/certificates", "", "/v3/certificates")
        entries = _object(response).get("data")
        keys: dict[str, RSAPublicKey] = {}
        try:
            for entry in entries if isinstance(entries, list) else []:
                pem = notification.decrypt(entry["encrypt_certificate"], self._api_v3_key).decode()
                keys[entry["serial_no"]] = platform_key(pem)
        except (KeyError, TypeError, ValueError, AttributeError, NotificationUnreadable) as error:
            raise WeChatPayError(MALFORMED, "certificates") from error
        signed = SignatureHeaders.of(response.headers)
        if not any(signed.signs(response.body, key) for key in keys.values()):
            raise WeChatPayError(UNVERIFIED, "certificates")
        return keys


_made: tuple[WeChatPaySettings, WeChatPayClient] | None = None


def wechat_pay_client() -> WeChatPayClient:
    """This process's client, made from the settings. Raises ValueError when their keys cannot be used."""
    global _made
    settings = get_settings().wechat_pay
    if _made is None or _made[0] is not settings:
        _made = (settings, WeChatPayClient(settings))
    return _made[1]


def _object(response: Response) -> dict[str, Any]:
    """The answer's object, {} for 204. Raises WeChatPayError: the platform's code, or MALFORMED without one."""
    if response.status == 204:
        return {}
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise WeChatPayError(MALFORMED, f"status {response.status} without a JSON object")
    if response.status != 200:
        code = answer.get("code")
        is_known = isinstance(code, str) and (code in KINDS or response.status < 500)
        raise WeChatPayError(str(code) if code and is_known else MALFORMED, str(answer.get("message") or ""))
    return answer


def _check(holds: object, reason: str) -> None:
    if not holds:
        raise CallInvalid(reason)


def _check_notify_url(notify_url: str) -> None:
    is_fine = notify_url.startswith(("https://", "http://")) and "?" not in notify_url
    _check(is_fine and len(notify_url) <= NOTIFY_URL_MAX_CHARS, "notify_url: an address without a query")
