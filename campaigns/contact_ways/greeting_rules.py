"""With which words a new friend is welcomed: by what the code is for, and by whether somebody can answer now. Pure."""

from enum import StrEnum


class Greeting(StrEnum):
    """What a code greets with; the words of each stand with the message `welcome`, where dealers word them."""

    USUAL = "USUAL"
    SHOW = "SHOW"
    """To people met at a show or a live stream, who look at cars."""
    SERVICE = "SERVICE"
    """To owners who come for service."""


def variant_of(greeting: Greeting, *, has_coupon: bool, is_open: bool) -> str:
    """The turn of the welcome. Out of hours it says first of all from when somebody answers."""
    gift = "coupon" if has_coupon else "plain"
    if not is_open:
        return f"closed_{gift}"
    return gift if greeting is Greeting.USUAL else f"{greeting.value.lower()}_{gift}"
