"""One visit to the workshop, from the booking to the answered survey, through the verbs of the people who do it.

A visit stops at its `until`: the car then stands there for whoever looks. Without one it goes on until the diary ends.
"""

from datetime import timedelta

from app.seed.living import leaving, reception, workshop
from app.seed.living.visit import Moments, Until, Visit
from crm_core.appointments import service as appointments
from crm_core.dealerships.models import Role
from crm_core.repair_orders import authorising, opening
from foundation import clock


async def story(visit: Visit) -> Moments:
    """Play one visit."""
    if visit.is_booked:
        yield (asked_at := reception.asked_at(visit))
        appointment = await reception.book(visit)
        if appointment is not None:
            yield asked_at + timedelta(minutes=12)
            if appointment.confirmed_at is None:
                await appointments.confirm(visit.advisor, appointment.id)
            yield visit.arrives
            await appointments.check_in(visit.advisor, appointment.id)
            if visit.until is Until.ARRIVED:
                return
            yield visit.arrives + timedelta(minutes=4)
            await reception.open(visit, appointment)
    if not visit.order_id:
        yield visit.arrives + timedelta(minutes=3)
        await reception.open(visit, None)
    async for moment in _in_the_workshop(visit):
        yield moment


async def _in_the_workshop(visit: Visit) -> Moments:
    at = clock.now()
    if visit.until is Until.OPENED:
        return
    if visit.until is Until.VOID:
        yield at + timedelta(minutes=6)
        await opening.void(visit.crew.next(Role.SVM), visit.order_id, "重复开单")
        return
    yield (at := at + timedelta(minutes=5 + visit.number % 3))
    await reception.inspect(visit)
    if visit.until is Until.PRECHECKED:
        return
    yield (at := at + timedelta(minutes=4))
    await reception.estimate(visit)
    if visit.until is Until.ESTIMATED:
        return
    yield (at := at + timedelta(minutes=3))
    if visit.until is Until.LEFT:
        decider, how = (visit.car.owner, "mini_program") if visit.car.has_mini_program else (visit.advisor, "paper")
        await authorising.decline_estimate(decider, visit.order_id, 1, how=how)
        return
    await reception.authorise(visit)
    await reception.buy_parts(visit)
    if visit.until is Until.AUTHORISED:
        return
    yield at + timedelta(minutes=3)
    await workshop.dispatch(visit)
    if visit.until is Until.DISPATCHED:
        return
    async for moment in workshop.do_the_work(visit):
        yield moment
    if visit.until <= Until.REWORK:
        return
    async for moment in leaving.finish(visit):
        yield moment
