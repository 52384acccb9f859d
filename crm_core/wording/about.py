"""The object a message is about, in the form used in links and button keys."""

import re
from dataclasses import dataclass

from crm_core.wording.facts import WrongFact

_OBJECT_TYPE = re.compile(r"[a-z_]{1,40}")
_OBJECT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ACTION = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True)
class About:
    """The business object a message is about: its links lead there, and its buttons decide on this version of it."""

    object_type: str
    object_id: int | str
    version: int = 0

    def __post_init__(self) -> None:
        if not (_OBJECT_TYPE.fullmatch(self.object_type) and _OBJECT_ID.fullmatch(str(self.object_id))):
            raise WrongFact("object type or id cannot stand in a link or a button key")

    @classmethod
    def parse(cls, text: str) -> "About":
        """Parse `appointment:12` or, with the version its buttons decide on, `appointment:12:3`.

        Raises:
            WrongFact: the text has another form.
        """
        object_type, _, rest = text.partition(":")
        object_id, _, version = rest.partition(":")
        version = version or "0"
        if not (version.isascii() and version.isdigit()):
            raise WrongFact("not an object and its version")
        return cls(object_type, object_id, int(version))


@dataclass(frozen=True)
class ButtonKey:
    """The key of a card button: `{action}:{object_type}:{object_id}:{version}`."""

    action: str
    about: About

    def __str__(self) -> str:
        return f"{self.action}:{self.about.object_type}:{self.about.object_id}:{self.about.version}"

    @classmethod
    def parse(cls, key: str) -> "ButtonKey":
        """Parse the EventKey of a click.

        Raises:
            WrongFact: it is not a key that we made.
        """
        action, _, about = key.partition(":")
        if not _ACTION.fullmatch(action) or about.count(":") != 2:
            raise WrongFact("not a button key of ours")
        return cls(action, About.parse(about))
