"""Why a consent text is not published."""

from foundation.errors import InvalidInput, NotAllowed, Refused


class ConsentTextNotFit(InvalidInput):
    """The text may not be said so; the message names every reason."""

    code = "consent_text_not_fit"


class ConsentTextOfGroup(NotAllowed):
    """The officer of some stores asks to publish for the group."""

    code = "consent_text_of_group"
    message = "同意说明是整个集团的，只能由集团的隐私负责人发布。"


class ConsentTextUnchanged(Refused):
    """The newest text says the same."""

    code = "consent_text_unchanged"
    message = "和最新的一版一样，不用发布。"
