"""替代件: what a job may cost once another part is fitted."""


def is_within_yes(allowed_fen: int, new_fen: int) -> bool:
    """Whether the parts of a job may cost this much without asking its owner anew: a price only goes down."""
    return 0 <= new_fen <= allowed_fen
