"""What bookings use of the settings."""

from crm_core.appointments.rules import LIVE_STATES
from crm_core.settings.declaring import Use, used_by
from foundation.reading import literals

_LIVE = f"a.state IN ({literals(*LIVE_STATES)})"
used_by(
    "stores", Use("没到期的预约", f"SELECT count(*) FROM appointment a WHERE a.store_id = $1 AND {_LIVE}", holds=True)
)
used_by(
    "bays",
    Use(
        "没到期的预约",
        "SELECT count(*) FROM appointment_place p JOIN promised_time t ON t.id = p.promised_time_id "
        f"JOIN appointment a ON t.about = 'appointment:' || a.id WHERE p.bay_id = $1 AND {_LIVE}",
        holds=True,
    ),
)
used_by(
    "service-items",
    Use(
        "没到期的预约",
        "SELECT count(*) FROM appointment_item i JOIN appointment a ON a.id = i.appointment_id "
        f"WHERE i.item_id = $1 AND {_LIVE}",
    ),
)
