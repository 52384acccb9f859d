"""What a merge does to requests: the kept customer gets those of both; of two equal open ones the earlier deadline
counts.
"""

from crm_core.customers.events import CustomersMerged
from crm_core.customers.merging import move_rows
from crm_core.privacy.models import PrivacyRequest
from crm_core.privacy.rules import WAITING
from foundation.reading import literals


async def move_requests(event: CustomersMerged) -> None:
    """Give the merged customer's requests to the one that is kept. Runs in the transaction of the merge."""
    assert event.customer_id is not None
    for theirs in await PrivacyRequest.filter(customer_id=event.merged_id, state__in=WAITING):
        own = PrivacyRequest.filter(customer_id=event.customer_id, kind=theirs.kind, state__in=WAITING)
        await own.filter(due_on__gt=theirs.due_on).update(due_on=theirs.due_on)
    waiting = f"state IN ({literals(*WAITING)})"
    await move_rows(event.merge_id, "privacy_request", unique_on=("kind",), live=waiting)
