"""The cashier of a Saturday: a shift with its count, and bills paid by phone, by payment code, in cash, in parts."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from foundation import clock, database
from tests.stories.people import Json
from tests.stories.saturday.cars import Car, Turn

if TYPE_CHECKING:
    from tests.stories.saturday.day import Saturday

PAYER: Final = "liuyan"
"""Whoever of the family holds the phone at the desk."""
BY_CODE_FEN: Final = 900_00
"""Below what WeChat asks a password for."""
FLOAT_FEN: Final = 500_00
AHEAD_FEN: Final = 100_00
LIMIT_FEN: Final = 50_000_00


async def open_shift(day: "Saturday") -> None:
    """In the morning, with a float in the drawer."""
    opened = {"store_id": day.store.id, "float_fen": FLOAT_FEN}
    day.shift_id = (await day.store.cashier.post("cashier-shifts", opened))["id"]


async def open_accounts(day: "Saturday") -> None:
    """One customer pays a little ahead in cash; another is a company that pays at the end of the month."""
    paying = (car for car in day.cars if car.phone is None and car.turn in (Turn.PLAIN, Turn.PARTS, Turn.REWORK))
    ahead, company = next(paying), next(paying)
    paid = {"amount_fen": AHEAD_FEN, "method": "CASH", "receipt_number": "A000001"}
    of = {"store_id": day.store.id, "customer_id": ahead.customer_id}
    await day.store.cashier.post("deposits", of | paid)
    asked = {"company": "鹏城出行汽车租赁有限公司", "limit_fen": LIMIT_FEN, "closing_day": 25, "pay_within_days": 30}
    of = {"store_id": day.store.id, "customer_id": company.customer_id}
    account = (await day.store.service_manager.post("monthly-accounts", of | asked))["account"]
    agreed = {"act": "agree", "version": account["version"]}
    await day.store.finance.post(f"monthly-accounts/{account['id']}/decision", agreed)
    day.ahead, day.company = ahead, company


async def accounts_add_up(day: "Saturday") -> None:
    """What was paid ahead is used up; what the company owes is its bill."""
    assert day.ahead is not None
    assert day.company is not None
    left = await database.fetch_value("SELECT balance_fen FROM deposit WHERE customer_id = $1", day.ahead.customer_id)
    assert left == 0
    owed = await database.fetch_value(
        "SELECT owed_fen FROM monthly_account WHERE customer_id = $1", day.company.customer_id
    )
    bill = await day.store.cashier.get(f"bills/{day.company.bill_id}")
    assert owed == bill["total_fen"] > 0
    assert bill["state"] == "PAID"


async def close_shift(day: "Saturday") -> None:
    """At night what lies there is what ought to: the float and what was taken, without what was given back."""
    path = f"cashier-shifts/{day.shift_id}"
    shift = await day.store.cashier.get(path)
    moved = dict.fromkeys((count["method"] for count in shift["counts"]), 0)
    drawerless = {movement["method"] for movement in shift["movements"]} - set(moved)
    assert drawerless == {"ACCOUNT", "DEPOSIT"}, "nobody counts what no money came for"
    for movement in shift["movements"]:
        if movement["method"] in moved:
            moved[movement["method"]] += movement["amount_fen"]
    assert moved["WECHAT_CODE"] > 0
    moved["CASH"] += FLOAT_FEN
    assert {count["method"]: count["expected_fen"] for count in shift["counts"]} == moved
    counted = [{"method": method, "counted_fen": fen} for method, fen in moved.items()]
    closed = await day.store.cashier.post(f"{path}/closing", {"counts": counted, "version": shift["version"]})
    assert (closed["state"], closed["difference_fen"]) == ("CLOSED", 0)


async def the_statement_says_the_same(day: "Saturday") -> None:
    """The next morning WeChat Pay's statement of the day and our books were compared: nothing differs."""
    saturday = clock.local(day.began_at).date()
    compared = await database.fetch_one("SELECT * FROM reconciliation_day WHERE day = $1", saturday)
    assert compared is not None
    assert compared["state"] == "COMPARED"
    differences = await database.fetch("SELECT * FROM reconciliation_difference WHERE day_id = $1", compared["id"])
    assert differences == []
    ours = await database.fetch_value(
        "SELECT sum(received_fen)::bigint FROM payment WHERE method IN ('WECHAT_JSAPI', 'WECHAT_CODE') "
        "AND state = 'SUCCESS'"
    )
    assert compared["paid_fen"] == ours


async def pay(day: "Saturday", car: Car) -> None:
    """Owners with a phone pay in WeChat, the others at the desk: every third of them in two parts, many by code."""
    bill = await day.store.cashier.get(f"bills/{car.bill_id}")
    if car.phone is not None:
        await _pay_by_phone(day, car)
        return
    if await _by_account(day, car, bill):
        return
    due_fen = (await day.store.cashier.get(f"bills/{car.bill_id}"))["due_fen"]
    parts = [due_fen] if car.number % 3 else [due_fen // 2, due_fen - due_fen // 2]
    # What is given back at the desk was paid there in cash or by card.
    is_by_code = car.turn is not Turn.REFUND and car.number % 2 == 0
    for amount_fen in filter(None, parts):
        if is_by_code and car.once("by code") and amount_fen > 0:
            by_code_fen = min(amount_fen, BY_CODE_FEN)
            if not await _by_code(day, car, by_code_fen):
                return  # The result is still to come; the rest is taken in half an hour.
            amount_fen -= by_code_fen
        if amount_fen and not await _at_desk(day, car, amount_fen):
            return


async def _by_account(day: "Saturday", car: Car, bill: Json) -> bool:
    """A company's bill is paid at the end of the month; what was paid ahead pays the first part of another."""
    path, cashier = f"bills/{car.bill_id}", day.store.cashier
    if car is day.company:
        await cashier.post(f"{path}/account-charge", {"amount_fen": bill["due_fen"], "version": bill["version"]})
        return True
    if car is day.ahead and car.once("used"):
        await cashier.post(f"{path}/deposit-use", {"amount_fen": AHEAD_FEN, "version": bill["version"]})
    return False


async def _at_desk(day: "Saturday", car: Car, amount_fen: int) -> bool:
    """In cash or by card, unless a code is under way."""
    cashier, path = day.store.cashier, f"bills/{car.bill_id}"
    paid = {
        "amount_fen": amount_fen,
        "method": day.dice.choice(("CASH", "CARD")),
        "receipt_number": f"{next(day.turns):06}",
        "version": (await cashier.get(path))["version"],
    }
    key = {"idempotency-key": uuid4().hex}
    answer = await cashier.ask("POST", f"{path}/offline-payments", json=paid, headers=key)
    if answer.status_code < HTTPStatus.BAD_REQUEST:
        return True
    assert answer.json()["error"]["code"] == "code_payment_in_progress", answer.text
    return False


async def _by_code(day: "Saturday", car: Car, amount_fen: int) -> bool:
    """付款码 of a part; whether its result is known to be good already."""
    cashier, path = day.store.cashier, f"bills/{car.bill_id}"
    shown = await day.stage.hand("POST", f"people/{PAYER}/payment-code")
    version = (await cashier.get(path))["version"]
    scanned = {"auth_code": shown["code"], "amount_fen": amount_fen, "version": version}
    taken = await cashier.put(f"{path}/code-payment", scanned)
    return bool(taken["state"] == "SUCCESS")


async def _pay_by_phone(day: "Saturday", car: Car) -> None:
    """Once the amount is certain; a notice that gets lost is made up for by our own question."""
    phone = car.phone
    assert phone is not None
    if car.turn is Turn.DISPUTE and car.once("disputed"):
        disputes = f"bills/{car.bill_id}/disputes"
        line = (await phone.get(disputes))["lines"][0]
        await phone.post(disputes, {"line_no": line["line_no"], "reason": "这项工时和报价不一样"})
    bill = await phone.get(f"bills/{car.bill_id}")
    if bill["state"] == "SENT":
        bill = await phone.post(f"bills/{car.bill_id}/confirmation", {"version": bill["version"]})
    if bill["disputed_fen"] and not bill["due_fen"] and car.once("answered"):
        await _answer_dispute(day, car)
        bill = await phone.get(f"bills/{car.bill_id}")
    paying = "paid what was disputed" if "answered" in car.done else "paid by phone"
    if bill["state"] in ("CONFIRMED", "PARTLY_PAID") and bill["due_fen"] and car.once(paying):
        prepaid = await phone.put(f"bills/{car.bill_id}/payment", {"version": bill["version"]})
        await phone.pay(prepaid["parameters"])


async def _answer_dispute(day: "Saturday", car: Car) -> None:
    """Once the rest is paid: the line stays as it is, says somebody who did not make the bill."""
    member = day.store.service_manager
    for row in await member.get("bill-disputes", store_id=day.store.id):
        if row["bill_id"] == car.bill_id and row["state"] in ("OPEN", "IN_HAND"):
            path = f"bill-disputes/{row['id']}"
            taken = await member.post(f"{path}/acknowledgement", {"version": row["version"]})
            answer = {
                "outcome": "UPHELD",
                "words": "已对照报价单核对，工时与报价一致。",
                "version": taken["version"],
            }
            await member.post(f"{path}/answer", answer)
