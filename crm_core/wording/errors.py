"""Why a change of a notice's words is refused."""

from foundation.errors import InvalidInput, NotAllowed, NotFound, Refused


class WordingNotFound(NotFound):
    """No such notice, part or store."""

    code = "wording_not_found"
    message = "没有这条文案，请刷新。"


class WordingIsTheGroups(NotAllowed):
    """A store's manager asks to word a notice for the group."""

    code = "wording_of_group"
    message = "集团的文案只能由管全集团的人改，您可以改自己门店的。"


class WordingRefused(InvalidInput):
    """The words do not fit the frame or may not be said; the message names every reason."""

    code = "wording_refused"


class WordingUnchanged(Refused):
    """The store (or the group) is to lose its own words but has none, or says the same already."""

    code = "wording_unchanged"
    message = "和现在的文案一样，不用改。"
