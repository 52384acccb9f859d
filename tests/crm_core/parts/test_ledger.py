"""Stock is what its movements add up to: in every bin, in the store, whoever moves it and in whatever order."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

import pytest
from asyncpg import RaiseError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from tortoise.exceptions import IntegrityError

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role, Store
from crm_core.parts import bins, holds, service, stock
from crm_core.parts.counting import service as counting
from crm_core.parts.counting.models import StockTake, StockTakeLine
from crm_core.parts.counting.rules import CountState
from crm_core.parts.errors import MoreReservedThanThere, NotInThisBin
from crm_core.parts.models import Part, PartHold, PartRequest, Stock, StockBin, StockMovement
from crm_core.parts.rules import RequestState, StockMoveKind, from_bins
from crm_core.parts.stock import Cause
from crm_core.repair_orders.stock_query import stock_card
from foundation import clock, database
from foundation.errors import IllegalMove, NotAllowed
from foundation.refs import Ref
from tests import factories as make
from tests.scale import TIMES

NUMBER = "PAD-X6"
T = TypeVar("T")


@pytest.mark.parametrize(
    ("bins_there", "quantity", "taken"),
    [
        ([("A", 5), ("B", 2)], 2, [("B", 2)]),
        ([("A", 5), ("B", 2)], 3, [("A", 3)]),
        ([("A", 5), ("B", 2)], 6, [("B", 2), ("A", 4)]),
        ([("A", 0), ("B", 1)], 1, [("B", 1)]),
    ],
)
def test_one_bin_is_walked_to_if_one_has_them_all(bins_there, quantity, taken):
    assert from_bins(bins_there, quantity) == taken


def test_what_is_not_there_is_not_taken():
    with pytest.raises(ValueError, match="not so many"):
        from_bins([("A", 1)], 2)


async def _shelf(on_hand: int) -> tuple[Store, Part]:
    store = await make.make_store()
    part = await Part.create(number=NUMBER, name="前刹车片")
    await Stock.create(part_id=part.id, store_id=store.id, on_hand=on_hand)
    return store, part


async def _wanted(store: Store, order_id: int, line_id: int, quantity: int = 1) -> PartRequest:
    async with database.transaction():
        wanted = await service.request(
            store_id=store.id, repair_order_id=order_id, line_id=line_id, part_number=NUMBER, quantity=quantity
        )
    assert wanted is not None
    return wanted


async def _check(store: Store) -> tuple[int, int]:
    """On hand and reserved, after each balance was compared with what it is the sum of."""
    row = await Stock.get(store_id=store.id)
    moved: dict[str, int] = {}
    for movement in await StockMovement.filter(stock_id=row.id):
        moved[movement.bin] = moved.get(movement.bin, 0) + movement.quantity
    lies = {one.bin: one.on_hand for one in await StockBin.filter(stock_id=row.id)}
    assert lies == moved
    assert row.on_hand == sum(lies.values())
    held = sum([hold.quantity for hold in await PartHold.all()])
    requested = sum([wanted.quantity for wanted in await PartRequest.filter(state=RequestState.RESERVED)])
    assert row.reserved == held + requested
    return row.on_hand, row.reserved


@pytest.mark.usefixtures("database")
async def test_a_hundred_who_issue_at_once_leave_the_shelf_empty_and_not_below():
    orders = 50 * TIMES
    there = orders * 4 // 5
    store, _ = await _shelf(there)
    clerk = await make.acting(Role.PRT, store)
    for number in range(1, orders + 1):
        await _wanted(store, number, number)

    async def issue(order_id: int) -> bool:
        try:
            await service.issue(clerk, order_id)
        except IllegalMove:
            return False
        return True

    # Fifty orders (ten times as many in the soak), and each of them twice: the second press hands out nothing.
    issued = await asyncio.gather(*(issue(order_id) for order_id in [*range(1, orders + 1)] * 2))
    assert sum(issued) == there
    assert await _check(store) == (0, 0)
    assert await StockMovement.filter(kind=StockMoveKind.ISSUED).count() == there


@pytest.mark.usefixtures("database")
async def test_a_movement_is_written_once():
    await _shelf(3)
    with pytest.raises(RaiseError, match="append-only"):
        await StockMovement.all().update(quantity=4)
    moved = await StockMovement.create(
        stock_id=(await Stock.first()).id, bin="", kind=StockMoveKind.ISSUED, quantity=-1, at=clock.now()
    )
    with pytest.raises(RaiseError, match="append-only"):
        await StockMovement.filter(id=moved.id).delete()
    with pytest.raises(IntegrityError):
        await StockMovement.create(stock_id=moved.stock_id, bin="", kind="ISSUED", quantity=-3, at=clock.now())
    assert (await Stock.first()).on_hand == 2


@pytest.mark.usefixtures("database")
async def test_who_writes_the_balance_itself_leaves_its_movements():
    store, part = await _shelf(3)
    await stock.put_in(store.id, part.id, 2, Cause(StockMoveKind.ARRIVED), "B-02")
    await Stock.all().update(on_hand=1)
    assert await _check(store) == (1, 0)
    assert await StockMovement.filter(kind=StockMoveKind.ADJUSTED).count() == 2


@pytest.mark.usefixtures("database")
async def test_the_card_says_where_a_part_lies_for_whom_it_is_kept_and_how_it_moved():
    store, part = await _shelf(3)
    clerk = await make.acting(Role.PRT, store)
    await stock.put_in(store.id, part.id, 2, Cause(StockMoveKind.ARRIVED, None, clerk.id), "B-02")
    await bins.change_bin(clerk, store.id, NUMBER, from_bin="", to_bin="A-01", quantity=2)
    card = await stock_card(clerk, store.id, NUMBER)
    assert (card.on_hand, card.set_aside) == (5, 0)
    assert [(one.bin, one.on_hand) for one in card.bins] == [("", 1), ("A-01", 2), ("B-02", 2)]
    assert [(one.kind, one.bin, one.quantity, one.by) for one in card.movements] == [
        ("MOVED", "", -2, clerk.name),
        ("MOVED", "A-01", 2, clerk.name),
        ("ARRIVED", "B-02", 2, clerk.name),
        ("OPENING", "", 3, ""),
    ]
    with pytest.raises(NotInThisBin):
        await bins.change_bin(clerk, store.id, NUMBER, from_bin="B-02", to_bin="A-01", quantity=3)
    with pytest.raises(NotAllowed):
        await bins.change_bin(
            await make.acting(Role.TEC, store), store.id, NUMBER, from_bin="B-02", to_bin="A-01", quantity=1
        )
    assert (await stock_card(await make.acting(Role.TEC, store), store.id, NUMBER)).on_hand == 5


@pytest.mark.usefixtures("database")
async def test_a_returned_part_lies_again_where_it_was_taken_from():
    store, part = await _shelf(0)
    clerk = await make.acting(Role.PRT, store)
    await stock.put_in(store.id, part.id, 1, Cause(StockMoveKind.ARRIVED), "A-01")
    await stock.put_in(store.id, part.id, 5, Cause(StockMoveKind.ARRIVED), "B-02")
    wanted = await _wanted(store, 1, 1, 6)
    await service.issue(clerk, 1)
    await service.take_back(clerk, wanted.id)
    assert {one.bin: one.on_hand for one in await StockBin.all() if one.bin} == {"A-01": 1, "B-02": 5}
    assert await _check(store) == (6, 0)


class Shelf(RuleBasedStateMachine):
    """One part of one store against a model that counts on its fingers."""

    loop: asyncio.AbstractEventLoop
    store: Store
    clerk: Actor
    approver: Actor

    def __init__(self) -> None:
        super().__init__()
        self.counted: tuple[int, int] | None = None
        self.on_hand, self.held = 0, dict[int, int]()
        self.requests = dict[int, tuple[PartRequest, RequestState]]()
        self.lines = 0
        self.do(self._begin())

    def do(self, work: Coroutine[object, object, T]) -> T:
        """Run on the loop of the test, which waits in the meantime."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    async def _begin(self) -> None:
        await StockTakeLine.all().delete()
        await StockTake.all().delete()
        await PartHold.all().delete()
        await PartRequest.all().delete()
        await Stock.all().delete()
        await Part.all().delete()
        self.part = await Part.create(number=NUMBER, name="前刹车片")
        await Stock.create(part_id=self.part.id, store_id=self.store.id, on_hand=0)

    @property
    def reserved(self) -> int:
        """Pieces that are somebody's."""
        mine = [wanted.quantity for wanted, state in self.requests.values() if state is RequestState.RESERVED]
        return sum(self.held.values()) + sum(mine)

    def of(self, state: RequestState) -> list[int]:
        """The model's requests in this state."""
        return [line for line, (_, its) in self.requests.items() if its is state]

    def become(self, line: int, state: RequestState) -> None:
        """The model's own move."""
        self.requests[line] = (self.requests[line][0], state)

    @rule(quantity=st.integers(1, 5), bin_name=st.sampled_from(["", "A-01", "B-02"]))
    def deliver(self, quantity: int, bin_name: str) -> None:
        """Pieces come that nobody waits for by name."""
        self.do(stock.put_in(self.store.id, self.part.id, quantity, Cause(StockMoveKind.ARRIVED), bin_name))
        self.on_hand += quantity

    @rule(who=st.integers(1, 3), wanted=st.integers(0, 3))
    def hold(self, who: int, wanted: int) -> None:
        """A booking holds so many, or fewer than before."""
        is_all = self.do(self._keep(who, wanted))
        before = self.held.get(who, 0)
        self.held[who] = min(wanted, before + self.on_hand - self.reserved)
        assert is_all == (self.held[who] == wanted)

    async def _keep(self, who: int, wanted: int) -> bool:
        async with database.transaction():
            return await holds.keep(Ref("repair_order", who), self.store.id, [NUMBER] * wanted)

    @rule(who=st.integers(1, 3), quantity=st.integers(1, 3))
    def request(self, who: int, quantity: int) -> None:
        """A job is dispatched: what its order holds is its own."""
        self.lines += 1
        wanted = self.do(_wanted(self.store, who, self.lines, quantity))
        self.held[who] = max(self.held.get(who, 0) - quantity, 0)
        is_there = self.on_hand - self.reserved >= quantity
        state = RequestState.RESERVED if is_there else RequestState.BACKORDERED
        assert wanted.state is state
        self.requests[self.lines] = (wanted, state)

    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        """Something legal happens to a request."""
        moves = [
            *((line, "issue") for line in self.of(RequestState.RESERVED)),
            *((line, "cancel") for line in self.of(RequestState.RESERVED)),
            *((line, "arrive") for line in self.of(RequestState.BACKORDERED)),
            *((line, "return") for line in self.of(RequestState.ISSUED)),
            *((line, "use") for line in self.of(RequestState.ISSUED)),
        ]
        if moves:
            line, move = data.draw(st.sampled_from(moves))
            self._go(line, move)

    def _go(self, line: int, move: str) -> None:
        wanted, _ = self.requests[line]
        if move == "issue":
            self.do(service.issue(self.clerk, wanted.repair_order_id))
            for other in self.of(RequestState.RESERVED):
                if self.requests[other][0].repair_order_id == wanted.repair_order_id:
                    self.become(other, RequestState.ISSUED)
                    self.on_hand -= self.requests[other][0].quantity
        elif move == "cancel":
            self.do(service.cancel_for_lines([line]))
            self.become(line, RequestState.CANCELLED)
        elif move == "arrive":
            self.do(service.arrive(self.clerk, wanted.id))
            self.on_hand += wanted.quantity
            self.become(line, RequestState.RESERVED)
        elif move == "return":
            self.do(service.take_back(self.clerk, wanted.id))
            self.on_hand += wanted.quantity
            self.become(line, RequestState.RETURNED)
        else:
            self.do(service.use(self.clerk, wanted.id))
            self.become(line, RequestState.USED)

    @rule(data=st.data(), quantity=st.integers(1, 3), to_bin=st.sampled_from(["A-01", "C-03"]))
    def carry(self, data: st.DataObject, quantity: int, to_bin: str) -> None:
        """Pieces change their bin, or are not there to be carried."""
        from_bin = data.draw(st.sampled_from(["", "A-01", "B-02"]))
        try:
            move = bins.change_bin(
                self.clerk, self.store.id, NUMBER, from_bin=from_bin, to_bin=to_bin, quantity=quantity
            )
            self.do(move)
        except NotInThisBin:
            return

    @precondition(lambda self: self.counted is None)
    @rule(bin_name=st.sampled_from(["", "A-01", "B-02"]), more=st.integers(-2, 2))
    def count(self, bin_name: str, more: int) -> None:
        """Somebody counts a bin and finds so many more or fewer than the ledger says."""
        self.counted = self.do(self._count(bin_name, more))

    async def _count(self, bin_name: str, more: int) -> tuple[int, int]:
        row = await Stock.get(store_id=self.store.id)
        lies = await stock.in_bin(row.id, bin_name)
        take = await StockTake.create(
            store_id=self.store.id, state=CountState.COUNTING, made_by=self.clerk.id, made_at=clock.now()
        )
        await counting.count(self.clerk, take.id, NUMBER, bin_name, max(lies + more, 0))
        return take.id, max(more, -lies)

    @precondition(lambda self: self.counted is not None)
    @rule()
    def book(self) -> None:
        """What was found is booked, whatever moved since; a loss of what is promised meanwhile is refused."""
        assert self.counted is not None
        take_id, more = self.counted
        if self.do(self._book(take_id)):
            self.on_hand += more
        else:
            assert more < 0
        self.counted = None

    async def _book(self, take_id: int) -> bool:
        await counting.finish(self.clerk, take_id, expected_version=1)
        reasons = {line.id: "盘点" for line in await StockTakeLine.filter(stock_take_id=take_id)}
        try:
            await counting.book(self.approver, take_id, reasons, expected_version=2)
        except MoreReservedThanThere:
            await counting.cancel(self.clerk, take_id, expected_version=2)
            return False
        return True

    @invariant()
    def adds_up(self) -> None:
        """Every balance is the sum of what it stands for, and the model counts the same."""
        assert self.do(_check(self.store)) == (self.on_hand, self.reserved)


@pytest.mark.usefixtures("database")
async def test_whatever_is_done_in_whatever_order_the_stock_adds_up():
    store = await make.make_store()
    Shelf.loop, Shelf.store = asyncio.get_running_loop(), store
    Shelf.clerk, Shelf.approver = await make.acting(Role.PRT, store), await make.acting(Role.SVM, store)
    few = settings(
        max_examples=12 * TIMES,
        stateful_step_count=15,
        deadline=None,
        derandomize=TIMES == 1,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, Shelf, settings=few)
