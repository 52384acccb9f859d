"""Who may do what, where: one table, one question, asked by every verb whatever door it came through.

A row grants an action to roles with a reach: SELF (what is their own), TEAM (what is their team's), STORE (their stores, or their region's, or all, as the
grant says). OWN is a car owner and always means their own things; SYS is the system; PTN is another program, whose API key must
have been given the act as a scope. What is not in the table is refused.

Separation of duties is asked beside it: `authorise(..., not_by=...)` refuses the person who made the thing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from crm_core.dealerships.actors import Actor, Grant
from foundation.errors import NotAllowed, NotFound


class Reach(StrEnum):
    """How far a row of the table goes."""

    SELF = "SELF"
    TEAM = "TEAM"
    STORE = "STORE"


# fmt: off
_ACTIONS: Final[dict[str, str]] = {
    # -- reports ---------------------------------------------------------------------------------------------------
    "reports.read":             "SVM:STORE GM:STORE RGN:STORE GRP:STORE",
    "reports.set_targets":      "GM:STORE GRP:STORE ADM:STORE",
    # -- customers ------------------------------------------------------------------------------------------------
    "customers.read":            "OWN SC:SELF SM:STORE DCC:STORE SA:STORE SVM:STORE CRC:STORE GM:STORE RGN:STORE GRP:STORE DPO:STORE MKT:STORE CSH:STORE WC:STORE FIN:STORE SYS",
    "customers.edit":            "SC:SELF SM:STORE SA:STORE SVM:STORE CRC:STORE GM:STORE DPO:STORE SYS",
    "customers.file":            "SM:STORE DCC:STORE SA:STORE SVM:STORE CRC:STORE GM:STORE DPO:STORE SYS",
    "customers.reveal_phone":    "SC:SELF SA:SELF CRC:STORE",
    "customers.follow_up":       "SC:SELF SM:STORE DCC:STORE SA:STORE SVM:STORE CRC:STORE GM:STORE",
    "customers.assign":          "SM:STORE SVM:STORE GM:STORE SYS",
    "customers.merge":           "CRC:STORE GM:STORE DPO:STORE SYS",
    "customers.compare_friends": "SM:STORE SVM:STORE GM:STORE ADM:STORE SYS",
    "customers.consent":         "OWN CRC:STORE SYS",
    "customers.quiet_hours":     "OWN SC:SELF SM:STORE DCC:STORE SA:STORE SVM:STORE CRC:STORE GM:STORE",
    # -- vehicles -------------------------------------------------------------------------------------------------
    "vehicles.read_stock":       "SC:STORE DCC:STORE SM:STORE GM:STORE RGN:STORE GRP:STORE",
    "vehicles.read":             "OWN SC:STORE SM:STORE SA:STORE SVM:STORE WC:STORE TEC:STORE QC:STORE PRT:STORE CSH:STORE CRC:STORE GM:STORE GRP:STORE RGN:STORE DCC:STORE",
    "vehicles.bind":             "OWN SA:STORE SYS",
    "vehicles.register":         "SA:STORE SVM:STORE",
    "vehicles.keep_people":      "SA:STORE SVM:STORE",
    "vehicles.record_expiry":    "OWN SA:STORE SVM:STORE",
    "authorised_persons.name":   "OWN",
    "authorised_persons.accept": "OWN",
    "authorised_persons.read":   "SA:STORE SVM:STORE CRC:STORE CSH:STORE",
    # -- tasks ----------------------------------------------------------------------------------------------------
    "tasks.read":               "SA:SELF SC:SELF DCC:SELF CRC:STORE SVM:STORE SM:STORE GM:STORE",
    "tasks.work":               "SA:SELF SC:SELF DCC:SELF CRC:STORE SVM:STORE",
    "tasks.assign":             "SVM:STORE SM:STORE GM:STORE",
    # -- appointments ---------------------------------------------------------------------------------------------
    "appointments.read":         "OWN SA:STORE SVM:STORE CRC:STORE WC:STORE SC:SELF GM:STORE GRP:STORE RGN:STORE DCC:STORE",
    "appointments.book":         "OWN SA:STORE SVM:STORE CRC:STORE DCC:STORE SYS PTN:STORE",
    "appointments.confirm":      "SA:STORE SVM:STORE SYS",
    "appointments.reschedule":   "OWN SA:STORE SVM:STORE CRC:STORE PTN:STORE",
    "appointments.cancel":       "OWN SA:STORE SVM:STORE CRC:STORE PTN:STORE",
    "appointments.check_in":     "OWN SA:STORE SVM:STORE SYS",
    "appointments.expire":       "SYS",
    # -- valet ------------------------------------------------------------------------------------------------------
    "valet.read":                "SA:STORE SVM:STORE CRC:STORE DCC:STORE GM:STORE GRP:STORE RGN:STORE DRV:SELF",
    "valet.ask":                 "OWN SA:STORE SVM:STORE CRC:STORE DCC:STORE",
    "valet.rescue":              "SA:STORE SVM:STORE CRC:STORE",
    "valet.assign":              "SA:STORE SVM:STORE CRC:STORE",
    "valet.drive":               "DRV:SELF",
    "valet.cancel":              "OWN SA:STORE SVM:STORE CRC:STORE",
    # -- loan cars --------------------------------------------------------------------------------------------------
    "loan_cars.read":            "SA:STORE SVM:STORE WC:STORE CRC:STORE GM:STORE GRP:STORE RGN:STORE",
    "loan_cars.lend":            "SA:STORE SVM:STORE",
    "loan_cars.read_own":        "OWN",
    # -- what owners are told ---------------------------------------------------------------------------------------
    "messages.read":             "SA:STORE SVM:STORE CRC:STORE DCC:STORE WC:STORE CSH:STORE PRT:STORE FIN:STORE GM:STORE GRP:STORE RGN:STORE",
    "messages.switch":           "OWN",
    "messages.call":             "SA:STORE SVM:STORE CRC:STORE DCC:STORE",
    "messages.word":             "GM:STORE GRP:STORE ADM:STORE",
    # -- repair orders ----------------------------------------------------------------------------------------------
    "repair_orders.read":        "OWN SA:STORE SVM:STORE WC:STORE TEC:STORE QC:STORE PRT:STORE CSH:STORE CRC:STORE SC:SELF GM:STORE GRP:STORE RGN:STORE",
    "repair_orders.open":        "SA:STORE SVM:STORE",
    "repair_orders.correct_mileage": "SA:STORE SVM:STORE",
    "repair_orders.inspect":     "SA:STORE SVM:STORE TEC:STORE",
    "repair_orders.estimate":    "SA:STORE SVM:STORE",
    "repair_orders.give_goodwill": "SVM:STORE",
    "repair_orders.give_discount": "SA:STORE SVM:STORE",
    "repair_orders.judge_comeback": "SA:STORE SVM:STORE",
    "repair_orders.see_comebacks": "SVM:STORE GM:STORE RGN:STORE GRP:STORE",
    "repair_orders.authorise":   "OWN",
    "repair_orders.record_oral_decision": "SA:STORE SVM:STORE",
    "repair_orders.dispatch":    "WC:STORE SVM:STORE",
    "repair_orders.work":        "TEC:SELF",
    "repair_orders.join":        "TEC:STORE",
    "wall_screens.keep":         "WC:STORE SVM:STORE GM:STORE",
    "repair_orders.propose_additional_work": "TEC:SELF SA:STORE",
    "repair_orders.price_additional_work":   "SA:STORE SVM:STORE PRT:STORE",
    "repair_orders.decide_additional_work":  "OWN",
    "repair_orders.share":       "OWN",
    "repair_orders.wait_for_parts": "TEC:SELF PRT:STORE SA:STORE",
    "repair_orders.promise":     "SA:STORE SVM:STORE WC:STORE SYS",
    "repair_orders.check_quality": "QC:STORE",
    "repair_orders.finish":      "WC:STORE SA:STORE SVM:STORE",
    "repair_orders.void":        "SVM:STORE",
    "repair_orders.expire_additional_work": "SYS",
    "parts.issue":               "PRT:STORE",
    "parts.settle":              "PRT:STORE SVM:STORE",
    "parts.expect":              "PRT:STORE SYS",
    "parts.keep":                "PRT:STORE",
    "parts.ask":                 "TEC:SELF",
    "parts.answer":              "PRT:STORE",
    "parts.replace":             "PRT:STORE SA:STORE SVM:STORE",
    "parts.transfer":            "PRT:STORE",
    "parts.read_transfers":      "PRT:STORE SVM:STORE WC:STORE FIN:STORE GM:STORE",
    "parts.purchase":            "PRT:STORE",
    "parts.count":               "PRT:STORE",
    "parts.approve_count":       "SVM:STORE FIN:STORE GM:STORE",
    "parts.read_counts":         "PRT:STORE SVM:STORE FIN:STORE GM:STORE",
    "parts.read_purchases":      "PRT:STORE SVM:STORE WC:STORE FIN:STORE GM:STORE",
    "parts.read_cost":           "PRT:STORE FIN:STORE GM:STORE",
    "parts.read":                "PRT:STORE TEC:STORE SA:STORE SVM:STORE WC:STORE",
    # -- documents ------------------------------------------------------------------------------------------------
    "documents.print":           "SA:STORE SVM:STORE CSH:STORE GM:STORE",
    "documents.print_workshop":  "SA:STORE SVM:STORE CSH:STORE GM:STORE PRT:STORE WC:STORE QC:STORE TEC:STORE",
    "documents.read_own":        "OWN",
    # -- money ----------------------------------------------------------------------------------------------------
    "bills.read":                "OWN SA:STORE SVM:STORE CSH:STORE FIN:STORE GM:STORE GRP:STORE RGN:STORE",
    "bills.make":                "SA:STORE SVM:STORE",
    "bills.confirm":             "OWN",
    "bills.pay":                 "OWN",
    "bills.use_scanned_coupon":  "CSH:STORE SA:STORE SVM:STORE",
    "bills.receive_offline":     "CSH:STORE",
    "invoices.ask":              "OWN",
    "invoices.read":             "CSH:STORE FIN:STORE SA:STORE SVM:STORE GM:STORE",
    "invoices.issue":            "CSH:STORE FIN:STORE",
    "bill_disputes.raise":       "OWN",
    "bill_disputes.read":        "SA:STORE SVM:STORE CSH:STORE CRC:STORE FIN:STORE GM:STORE",
    "bill_disputes.note":        "SA:STORE SVM:STORE CSH:STORE",
    "bill_disputes.answer":      "SA:STORE SVM:STORE GM:STORE",
    "bill_disputes.take_off":    "SVM:STORE GM:STORE",
    "bill_disputes.take_off_more": "GM:STORE",
    "receivables.read":         "CSH:STORE FIN:STORE SA:STORE SVM:STORE GM:STORE GRP:STORE RGN:STORE",
    "receivables.submit":       "SA:STORE SVM:STORE FIN:STORE",
    "receivables.receive":      "FIN:STORE",
    "receivables.bear":         "SVM:STORE GM:STORE",
    "deposits.read":            "OWN CSH:STORE FIN:STORE SA:STORE SVM:STORE GM:STORE GRP:STORE RGN:STORE",
    "deposits.take":            "CSH:STORE",
    "monthly_accounts.read":    "CSH:STORE FIN:STORE SA:STORE SVM:STORE GM:STORE GRP:STORE RGN:STORE",
    "monthly_accounts.ask":     "SA:STORE SVM:STORE FIN:STORE",
    "monthly_accounts.decide":  "FIN:STORE GM:STORE",
    "monthly_accounts.repay":   "FIN:STORE CSH:STORE",
    "refunds.request":           "OWN SA:STORE CSH:STORE",
    "refunds.pay_out":           "CSH:STORE FIN:STORE",
    "refunds.redirect":          "FIN:STORE",
    "hand_over.read":            "OWN SA:STORE SVM:STORE CSH:STORE CRC:STORE FIN:STORE GM:STORE GRP:STORE RGN:STORE",
    "cashier_shifts.read":       "CSH:STORE FIN:STORE GM:STORE GRP:STORE",
    "cashier_shifts.keep":       "CSH:STORE",
    "cashier_shifts.close_left": "FIN:STORE GM:STORE",
    "cashier_shifts.sign":       "FIN:STORE GM:STORE",
    "payments.read_outside":     "FIN:STORE GM:STORE GRP:STORE",
    "payments.settle_outside":   "FIN:STORE",
    "reconciliation.read":       "FIN:STORE GM:STORE GRP:STORE",
    "reconciliation.explain":    "FIN:STORE",
    "reconciliation.close":      "FIN:STORE GRP:STORE",
    "hand_over.offer":           "SA:STORE SVM:STORE",
    "hand_over.confirm":         "OWN",
    "hand_over.dispute":         "OWN",
    "hand_over.settle":          "SVM:STORE CRC:STORE",
    # -- coupons --------------------------------------------------------------------------------------------------
    "coupons.read":              "OWN SA:STORE SC:SELF CRC:STORE CSH:STORE SVM:STORE GM:STORE MKT:STORE GRP:STORE",
    "coupons.claim":             "OWN SYS",
    "coupons.show":              "OWN",
    "coupons.pass_on":           "OWN",
    "coupons.scan":              "CSH:STORE SA:STORE SVM:STORE",
    "coupons.gift":              "SA:STORE CRC:STORE SVM:STORE SYS",
    "coupons.void":              "MKT:STORE GM:STORE RGN:STORE GRP:STORE SYS",
    "coupons.list":              "MKT:STORE GM:STORE RGN:STORE GRP:STORE",
    "coupons.read_statement":    "MKT:STORE GM:STORE RGN:STORE GRP:STORE",
    "coupons.freeze":            "MKT:STORE GM:STORE RGN:STORE GRP:STORE",
    "coupon_checks.read":        "MKT:STORE GM:STORE RGN:STORE GRP:STORE",
    "coupon_checks.decide":      "MKT:STORE GM:STORE RGN:STORE GRP:STORE",
    "coupon_templates.read":     "MKT:STORE GM:STORE GRP:STORE RGN:STORE SA:STORE SC:STORE CRC:STORE SVM:STORE",
    "coupon_templates.draft":    "MKT:STORE",
    "coupon_templates.run":      "MKT:STORE GM:STORE RGN:STORE GRP:STORE",
    # -- reach ------------------------------------------------------------------------------------------------------
    "reach.ask":                 "SA:STORE SVM:STORE CRC:STORE DCC:STORE CSH:STORE GM:STORE",
    "reach.answer_own":          "OWN",
    "reach.read":                "SVM:STORE CRC:STORE GM:STORE MKT:STORE GRP:STORE RGN:STORE",
    # -- surveys --------------------------------------------------------------------------------------------------
    "surveys.answer":            "OWN",
    "complaints.bring":          "OWN SA:STORE SVM:STORE CRC:STORE DCC:STORE CSH:STORE GM:STORE",
    "complaints.read_own":       "OWN",
    "feedback.read_own":         "SA:SELF TEC:SELF QC:SELF SVM:SELF",
    "complaints.acknowledge":    "SVM:STORE CRC:STORE",
    "complaints.resolve":        "SVM:STORE CRC:STORE",
    "complaints.verify":         "CRC:STORE GM:STORE",
    "surveys.read":              "CRC:STORE SVM:STORE GM:STORE GRP:STORE",
    # -- campaigns ------------------------------------------------------------------------------------------------
    "segments.read":             "MKT:STORE GM:STORE GRP:STORE CRC:STORE",
    "waking.read":               "MKT:STORE GM:STORE GRP:STORE CRC:STORE",
    "tags.read":                 "MKT:STORE GM:STORE GRP:STORE CRC:STORE SM:STORE SVM:STORE",
    "tags.edit":                 "MKT:STORE GM:STORE GRP:STORE",
    "segments.edit":             "MKT:STORE GRP:STORE",
    "campaigns.read":            "MKT:STORE GM:STORE GRP:STORE RGN:STORE",
    "campaigns.draft":           "MKT:STORE GRP:STORE",
    "campaigns.approve":         "GM:STORE GRP:STORE",
    "campaigns.run":             "MKT:STORE GM:STORE GRP:STORE SYS",
    "campaigns.forbid":          "MKT:STORE GRP:STORE ADM:STORE",
    "send_tasks.oversee":        "SM:STORE SVM:STORE GM:STORE GRP:STORE MKT:STORE",
    "contact_ways.read":         "MKT:STORE SM:STORE SVM:STORE GM:STORE GRP:STORE RGN:STORE",
    "contact_ways.edit":         "MKT:STORE SM:STORE GM:STORE",
    # -- approvals and audit ----------------------------------------------------------------------------------------
    "approvals.read":            "SM:STORE SVM:STORE GM:STORE FIN:STORE GRP:STORE RGN:STORE MKT:STORE SA:STORE CSH:STORE DPO:STORE",
    "approvals.decide":          "SM:STORE SVM:STORE GM:STORE FIN:STORE GRP:STORE RGN:STORE DPO:STORE",
    "audit.read":                "DPO:STORE ADM:STORE",
    "exports.ask":              "SC:STORE SM:STORE DCC:STORE MKT:STORE SA:STORE SVM:STORE CSH:STORE CRC:STORE FIN:STORE GM:STORE RGN:STORE GRP:STORE ADM:STORE DPO:STORE",
    "exports.oversee":          "DPO:STORE",
    "parked_work.look_after":    "ADM:STORE",
    "policies.quote":            "SC:STORE SM:STORE DCC:STORE MKT:STORE SA:STORE SVM:STORE WC:STORE TEC:STORE QC:STORE PRT:STORE CSH:STORE CRC:STORE FIN:STORE GM:STORE RGN:STORE GRP:STORE ADM:STORE DPO:STORE DRV:STORE",
    "policies.read":             "SM:STORE SVM:STORE CRC:STORE MKT:STORE FIN:STORE GM:STORE RGN:STORE GRP:STORE ADM:STORE DPO:STORE",
    "policies.change":           "GM:STORE GRP:STORE ADM:STORE",
    # -- what people ask about their data ---------------------------------------------------------------------------
    "privacy.ask":               "OWN",
    "privacy.read":              "DPO:STORE",
    "privacy.work_off":          "DPO:STORE",
    "consent_texts.publish":     "DPO:STORE",
    # -- bringing and taking data -------------------------------------------------------------------------------------
    "imports.run":               "GM:STORE ADM:STORE",
    # -- other programs ---------------------------------------------------------------------------------------------
    "partners.keep_keys":        "GM:STORE ADM:STORE",
    "custom_fields.change":     "GM:STORE ADM:STORE",
    "custom_fields.fill":       "SC:SELF SM:STORE SA:STORE SVM:STORE CRC:STORE GM:STORE",
    "webhooks.keep":             "GM:STORE ADM:STORE",
    "partners.bring_customers":  "PTN:STORE",
    "partners.bring_cars":       "PTN:STORE",
    "partners.bring_stock":      "PTN:STORE",
    "partners.bring_orders":     "PTN:STORE",
    "partners.report_departures": "PTN:STORE",
    "partners.report_arrivals":  "PTN:STORE",
    "partners.read":             "PTN:STORE",
    "partners.read_personal":    "PTN:STORE",
    # -- the group itself -------------------------------------------------------------------------------------------
    "connections.test":          "ADM:STORE",
    "settings.read":             "SVM:STORE GM:STORE RGN:STORE GRP:STORE ADM:STORE",
    "group.change":              "ADM:STORE",
    "regions.change":            "ADM:STORE",
    "holidays.change":           "ADM:STORE",
    "stores.change":             "GM:STORE ADM:STORE",
    "bays.change":               "SVM:STORE GM:STORE ADM:STORE",
    "shifts.change":             "SVM:STORE GM:STORE ADM:STORE",
    "catalogue.change":          "ADM:STORE",
    "prices.change":             "GM:STORE ADM:STORE",
    "staff.follow_directory":    "SYS",
    "staff.manage":              "ADM:STORE SYS",
    "staff.stand_in":            "SM:STORE SVM:STORE GM:STORE ADM:STORE",
    "rights.read":               "ADM:STORE GM:STORE DPO:STORE",
    "rights.change":             "ADM:STORE",
    "staff.hand_over":           "SM:STORE SVM:STORE GM:STORE RGN:STORE GRP:STORE SYS",
    "staff.give_service_phone":  "SA:SELF SC:SELF SVM:SELF DCC:SELF CRC:SELF",
    "staff.read":                "SC:STORE SM:STORE DCC:STORE MKT:STORE SA:STORE SVM:STORE WC:STORE TEC:STORE QC:STORE PRT:STORE CSH:STORE CRC:STORE FIN:STORE GM:STORE RGN:STORE GRP:STORE ADM:STORE DPO:STORE DRV:STORE",
}

# How each role sees personal data. `plain` shows it, `masked` hides the middle, `hidden` leaves the field out. A masked
# phone may be revealed one at a time by whoever holds customers.reveal_phone. Roles not named see `masked`.
FIELD_MASKS: Final[dict[str, dict[str, str]]] = {
    "phone":  {"TEC": "hidden", "PRT": "hidden", "WC": "hidden", "MKT": "hidden", "QC": "hidden", "DRV": "hidden"},
    "plate":  {"SA": "plain", "SVM": "plain", "WC": "plain", "TEC": "plain", "QC": "plain", "PRT": "plain", "CSH": "plain", "DRV": "plain"},
    "vin":    {},
    "name":   {"SC": "plain", "SM": "plain", "SA": "plain", "SVM": "plain", "CRC": "plain", "CSH": "plain", "GM": "plain", "DCC": "plain", "DRV": "plain"},
    "amount": {"TEC": "hidden", "WC": "hidden", "PRT": "hidden", "QC": "hidden", "SC": "hidden", "SM": "hidden", "DCC": "hidden", "DRV": "hidden"},
}
# fmt: on

REVEALS_PER_DAY = 50
"""Phones one person may uncover in a day before their manager should ask why. A guard over those who could raise it: no policy."""


@dataclass(frozen=True)
class Subject:
    """What is acted upon, reduced to what permission depends on."""

    store_id: int | None = None
    store_ids: frozenset[int] = field(default_factory=frozenset)
    """Of what belongs to several stores at once: all of them have to be reached, by one role or by several together."""
    customer_ids: frozenset[int] = field(default_factory=frozenset)
    """Owners it belongs to."""
    staff_ids: frozenset[int] = field(default_factory=frozenset)
    """Staff it belongs to, for the reach SELF."""
    is_owners_alone: bool = False
    """Whether only the owner themselves may ask about it; staff are checked against a store instead."""


def subject(
    *,
    store_id: int | None = None,
    store_ids: Iterable[int] = (),
    customer_id: int | None = None,
    staff_ids: "list[int | None] | None" = None,
) -> Subject:
    """Make a `Subject` from the columns a row usually has."""
    return Subject(
        store_id=store_id,
        store_ids=frozenset(store_ids),
        customer_ids=frozenset() if customer_id is None else frozenset({customer_id}),
        staff_ids=frozenset(staff_id for staff_id in staff_ids or [] if staff_id is not None),
    )


def owners_own(customer_id: int) -> Subject:
    """The subject of what owners ask in the mini program about themselves. It is refused to staff, because it names no
    store against which their roles could be checked.
    """
    return Subject(customer_ids=frozenset({customer_id}), is_owners_alone=True)


class SameHands(NotAllowed):
    """Four eyes: the person who made a thing may not approve or inspect it."""

    code = "same_hands"
    message = "不能由本人审批或检查自己经手的事项。"


def _parse(row: str) -> dict[str, Reach]:
    reaches: dict[str, Reach] = {}
    for entry in row.split():
        role, _, reach = entry.partition(":")
        reaches[role] = Reach(reach) if reach else Reach.SELF
    return reaches


PERMISSIONS: Final[dict[str, dict[str, Reach]]] = {action: _parse(row) for action, row in _ACTIONS.items()}


def is_allowed(actor: Actor, action: str, on: Subject) -> bool:
    """Whether `actor` may do `action` to `on`."""
    row = row_for(actor, action)
    if actor.kind == "system":
        return "SYS" in row
    if actor.kind == "owner":
        return "OWN" in row and actor.id in on.customer_ids
    if actor.kind == "partner":
        stores = on.store_ids or ({on.store_id} if on.store_id is not None else set())
        return "PTN" in row and action in actor.scopes and stores <= actor.partner_stores
    if on.is_owners_alone:
        return False
    if _reaches([grant for grant in actor.grants if row.get(grant.role.value) is Reach.STORE], on):
        return True
    return bool(owners_for(actor, action) & on.staff_ids)


def row_for(actor: Actor, action: str) -> Mapping[str, Reach]:
    """Which roles may do `action` how far, with the changes of the actor's group."""
    declared = PERMISSIONS[action]
    changes = actor.changes.get(action)
    if not changes:
        return declared
    reaches = {role: Reach(reach) for role, reach in changes.items() if reach}
    return {role: reach for role, reach in declared.items() if role not in changes} | reaches


def owners_for(actor: Actor, action: str) -> frozenset[int]:
    """The members whose things count as the actor's own for `action`: they themselves, whom they stand in for, and,
    where a role reaches the team, everybody of it. Empty if no role reaches what is one's own.
    """
    row = row_for(actor, action)
    reaches = {row.get(grant.role.value) for grant in actor.grants}
    own: frozenset[int] = frozenset()
    if reaches & {Reach.SELF, Reach.TEAM}:
        own = actor.stands_in_for | {actor.id}
    return own | actor.team_ids if Reach.TEAM in reaches else own


def _reaches(grants: Sequence[Grant], on: Subject) -> bool:
    if not on.store_ids:
        return any(grant.reaches(on.store_id) for grant in grants)
    if any(grant.store_ids is None for grant in grants):
        return True
    return on.store_ids <= {store_id for grant in grants for store_id in grant.store_ids or ()}


def authorise(actor: Actor, action: str, on: Subject, *, not_by: int | None = None) -> None:
    """Return if `actor` may do `action` to `on`, else refuse.

    Raises:
        NotFound: an owner asks about something that is not theirs; they must not learn that it exists.
        NotAllowed: a staff member does not have the role, or not in this store.
        SameHands: the actor is `not_by`, the staff member whose work this would approve.
    """
    if not is_allowed(actor, action, on):
        raise NotFound if actor.is_owner else NotAllowed(action=action)
    if not_by is not None and actor.kind == "staff" and actor.id == not_by:
        raise SameHands


def may_ever(actor: Actor, action: str) -> bool:
    """Whether any role of the actor is granted the action anywhere. It decides which menus appear, never access to
    data.
    """
    row = row_for(actor, action)
    return any(role.value in row for role in actor.roles)


def granted(actor: Actor) -> list[str]:
    """The actions that one of the actor's roles has only by a change of their group."""
    roles = {role.value for role in actor.roles}
    return [
        action
        for action, row in PERMISSIONS.items()
        if any(reach and role in roles and role not in row for role, reach in actor.changes.get(action, {}).items())
    ]


def stores_within(actor: Actor, action: str) -> frozenset[int] | None:
    """The stores in which a member of staff or a program may do `action`; None means every store of the group."""
    row = row_for(actor, action)
    if actor.kind == "partner":
        return actor.partner_stores if "PTN" in row and action in actor.scopes else frozenset()
    grants = [grant for grant in actor.grants if row.get(grant.role.value) is Reach.STORE]
    if any(grant.store_ids is None for grant in grants):
        return None
    return frozenset(store_id for grant in grants for store_id in grant.store_ids or ())


def field_mask(actor: Actor, name: str) -> str:
    """How the actor sees the field `name`: `plain`, `masked` or `hidden`, whichever of their roles shows the most."""
    if actor.is_owner or actor.kind == "system":
        return "plain"
    order = ("plain", "masked", "hidden")
    seen = {FIELD_MASKS[name].get(role.value, "masked") for role in actor.roles} or {"hidden"}
    return min(seen, key=order.index)
