"""Finding a coupon template by its name, and a single coupon by the number its owner shows.

Looking takes no code: only a scan at the desk does (`showing.scan`).
"""

from typing import Final

from crm_core.coupons import showing_rules
from crm_core.coupons.rules import TemplateState
from crm_core.coupons.template_queries import TAKEN
from crm_core.customers.finding import KEPT
from crm_core.dealerships.finding import ENOUGH, Asked, Found, columns, findable
from foundation.reading import Query, literals

_TEMPLATES: Final = Query(
    Found,
    f"""
    SELECT {columns(id="t.id", title="t.name", opens="'coupon_template:' || t.id", state="t.state", at="t.created_at")}
    FROM coupon_template t WHERE t.name ILIKE $2::text AND {TAKEN.format("$1")}
    ORDER BY t.state = {literals(TemplateState.ARCHIVED)}, t.id DESC LIMIT {ENOUGH}
    """,
)
_COUPONS: Final = Query(
    Found,
    f"""
    SELECT {
        columns(
            id="c.id",
            title="t.name",
            words="w.number",
            opens="'customer:' || c.customer_id",
            state="c.state",
            at="w.shown_at",
            store="coalesce(s.short_name, '')",
            customer_name="p.name",
            phone="coalesce(p.phone, '')",
        )
    }
    FROM coupon_showing w JOIN coupon c ON c.id = w.coupon_id JOIN coupon_template t ON t.id = c.template_id
    JOIN customer p ON p.id = c.customer_id LEFT JOIN store s ON s.id = p.home_store_id
    WHERE w.number = $3::text AND (
        $1::bigint[] IS NULL OR p.home_store_id IS NULL OR p.home_store_id = ANY($1)
        OR {KEPT.format(customer="c.customer_id", me="$2::bigint[]")}
    )
    """,
)


@findable("coupon_template", action="coupon_templates.read")
async def coupon_templates(asked: Asked) -> list[Found]:
    """Templates taken in the reader's stores, what is archived last."""
    return [] if asked.part is None else await _TEMPLATES.all(asked.stores, asked.part)


@findable("coupon", action="coupons.read")
async def coupons(asked: Asked) -> list[Found]:
    """The coupon somebody shows under this number, whether the code is still good or not; it opens its owner's page."""
    typed = showing_rules.read(asked.text)
    if typed is None or typed.number is None:
        return []
    return await _COUPONS.all(asked.stores, asked.own, typed.number)
