"""Finding an appointment: by its car and by who comes; what is still to come first."""

from typing import Final

from crm_core.appointments.rules import LIVE_STATES
from crm_core.customers.finding import KEPT
from crm_core.dealerships.finding import ENOUGH, Asked, Found, columns, findable
from foundation.reading import Query, literals

_APPOINTMENTS: Final = Query(
    Found,
    f"""
    SELECT {
        columns(
            id="a.id",
            title="coalesce((SELECT string_agg(i.name, '、' ORDER BY i.id) FROM appointment_item i "
            "WHERE i.appointment_id = a.id), '')",
            opens="'appointment:' || a.id",
            state="a.state",
            at="a.starts_at",
            store="s.short_name",
            customer_name="c.name",
            series="m.series",
            plate="coalesce(v.plate, a.given_plate)",
        )
    }
    FROM appointment a JOIN store s ON s.id = a.store_id JOIN customer c ON c.id = a.customer_id
    LEFT JOIN vehicle v ON v.id = a.vehicle_id JOIN vehicle_model m ON m.id = coalesce(v.model_id, a.given_model_id)
    WHERE a.id = ANY(ARRAY(
        SELECT id FROM appointment WHERE vehicle_id = ANY($3::bigint[])
        UNION ALL SELECT id FROM appointment WHERE customer_id = ANY($4::bigint[])
    )) AND ($1::bigint[] IS NULL OR a.store_id = ANY($1) OR {KEPT.format(customer="a.customer_id", me="$2::bigint[]")})
    ORDER BY a.state IN ({literals(*LIVE_STATES)}) DESC, a.starts_at DESC LIMIT {ENOUGH}
    """,
)


@findable("appointment", action="appointments.read")
async def appointments(asked: Asked) -> list[Found]:
    """Those to come and the newest of the others."""
    return await _APPOINTMENTS.all(asked.stores, asked.own, asked.vehicles, asked.customers)
