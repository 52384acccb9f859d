"""移动平均成本: what a piece costs in a store once others have come at another price."""


def average(on_hand: int, average_fen: int | None, quantity: int, cost_fen: int) -> int:
    """The average after `quantity` pieces came at `cost_fen` each, in whole fen, half a fen upwards.

    Pieces of which nobody knows the cost do not count: the average begins with the first price that is known, and anew
    when the shelf was empty. A rounded average may be half a fen off for each piece; what each receipt cost is kept
    with its movement, so nothing is lost by it.
    """
    if average_fen is None or on_hand == 0:
        return cost_fen
    pieces = on_hand + quantity
    return (2 * (on_hand * average_fen + quantity * cost_fen) + pieces) // (2 * pieces)
