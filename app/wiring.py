"""What is plugged into what: every endpoint module, every job module, every subscription, on one page.

Imported by the web, worker and scheduler processes alike, so that an event recorded anywhere finds its listeners.
"""

import importlib

ENDPOINTS = (
    "miniprogram_api.login",
    "miniprogram_api.appointments",
    "console.sign_in",
    "console.appointments",
)
JOBS = ("crm_core.appointments.jobs",)

_is_wired = False


def wire() -> None:
    """Import what registers itself and subscribe who must hear of whom; safe to call twice."""
    global _is_wired
    if _is_wired:
        return
    for module in (*ENDPOINTS, *JOBS):
        importlib.import_module(module)
    _subscribe()
    _is_wired = True


def _subscribe() -> None:
    """Down is a call, up is an event: these are all the ups."""
