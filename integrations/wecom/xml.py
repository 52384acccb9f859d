"""Reading the XML inside a callback into a plain dict, on expat directly.

WeCom's XML is a small tree of elements with text: no attributes that matter, no namespaces, no document type. So this
reader knows only that, refuses a DOCTYPE (and with it every entity bomb) and bounds size, depth and count. Elements
that WeCom repeats are lists even when they come once, which a naive XML-to-dict conversion gets wrong.

People's names and messages hold what XML forbids: control characters, halves of a letter cut at a byte limit. They are
dropped before anything is read: refusing a callback for one character in a nickname would lose a friend. Text in CDATA
is kept to the letter; text and blanks around it are trimmed, however the sender breaks its lines.

Most callbacks are one flat row of leaves. Those are read by one regular expression, three times as fast as crossing
from expat into Python for every tag; anything it does not know for certain goes to expat. Both give the same fields
(a property test holds them together).
"""

import re
from collections.abc import Callable
from typing import Any
from xml.parsers import expat

from integrations.wecom.errors import BadXml

MAX_XML_BYTES = 256 * 1024
"""A group event with 500 members is about 30 kB, an approval with its history rarely more than 100 kB."""

MAX_XML_DEPTH = 12
"""The deepest known message (approval, process list) has 8 levels."""

MAX_XML_ELEMENTS = 10_000
"""A bound on Python objects made from one message; the largest known has a few thousand."""

LIST_ELEMENTS = frozenset({
    "SelectedItem", "OptionId",  # WeCom doc 90240, template_card_event
    "Item", "item",  # MemChangeList (92130), ExtAttr (90970), PicList and Articles (90240, 90241)
    "PicList",  # One element with all pictures, or one for each (WeCom doc 90240).
    "List", "detail",  # mini-program: subscribe_msg_* and wxa_media_check
    "AuthAddOpenKfId", "AuthDelOpenKfId",  # WeCom doc 97712
    "SpRecord", "Details", "NodeList", "SubNodeList", "Notifyer", "Comments", "Attach",  # WeCom doc 91815
    "ApprovalNode", "NotifyNode",  # WeCom doc 90240, open_approval_change
})  # fmt: skip

Fields = dict[str, Any]
"""An element's children by name: `str` for a leaf, `Fields` for a branch, a list of either for a repeated element."""

# Letters expat would take unchanged: no control letters, no carriage return (it becomes a newline), no markup.
_PLAIN = r"[^<>&\]\x00-\x08\x0b-\x1f\ufffe\uffff]*"
_BLANK = r"[ \t\n]*"
_FLAT_START = re.compile(rf"<xml>{_BLANK}")
_FLAT_LEAF = re.compile(
    rf"<([A-Za-z_][A-Za-z0-9_]*)>(?:{_BLANK}<!\[CDATA\[({_PLAIN})\]\]>{_BLANK}|({_PLAIN}))</\1>{_BLANK}"
)
_FLAT_END = re.compile(rf"</xml>{_BLANK}")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""The characters that an XML 1.0 document must not contain."""
_REFERENCE = re.compile(r"&#(?:x0*([0-9a-fA-F]{1,8})|0*([0-9]{1,8}));")
_WHITE = " \t\r\n"


def readable(document: bytes) -> str:
    """`document` as text without what XML forbids and PostgreSQL cannot store; the text to keep of a callback."""
    text = without_forbidden(document.decode("utf-8", "ignore")).lstrip(_WHITE + "\ufeff")
    return _REFERENCE.sub(_allowed, text) if "&#" in text else text


def without_forbidden(text: str) -> str:
    """`text` without control characters and without code points that are no characters."""
    return _FORBIDDEN.sub("", text) if _FORBIDDEN.search(text) else text


def _allowed(reference: re.Match[str]) -> str:
    """A character written as a number (`&#10;`); empty if XML forbids it."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    is_character = code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF and not _FORBIDDEN.match(chr(code))
    return reference[0] if is_character else ""


def parse_xml(document: bytes) -> Fields:
    """The children of the root element `xml`.

    Unknown elements are kept, attributes are ignored. Raises `BadXml` for anything that is not such a document or goes
    over a bound; the error never carries any of the text.
    """
    if len(document) > MAX_XML_BYTES:
        raise BadXml(reason="too large")
    text = readable(document)
    flat = parse_flat(text)
    return parse_tree(text.encode()) if flat is None else flat


def parse_flat(text: str) -> Fields | None:
    """The fields of a document of leaves only, each once, in plain or CDATA text; None when it is anything else."""
    root = _FLAT_START.match(text)
    if root is None:
        return None
    position = root.end()
    fields: Fields = {}
    while leaf := _FLAT_LEAF.match(text, position):
        name, cdata, plain = leaf.groups()
        if name in fields or name in LIST_ELEMENTS:
            return None
        fields[name] = plain.strip(_WHITE) if cdata is None else cdata
        position = leaf.end()
    return fields if _FLAT_END.fullmatch(text, position) else None


def parse_tree(document: bytes) -> Fields:
    """As `parse_xml`, for any `readable` document; the size is not checked."""
    fields: Fields = {}
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    (
        parser.StartElementHandler,
        parser.CharacterDataHandler,
        parser.EndElementHandler,
        parser.StartCdataSectionHandler,
        parser.EndCdataSectionHandler,
    ) = _handlers(fields)
    try:
        parser.Parse(document, True)
    except expat.ExpatError:
        raise BadXml(reason="not well-formed") from None
    return fields


def _handlers(
    fields: Fields,
) -> tuple[
    Callable[[str, object], None],
    Callable[[str], None],
    Callable[[str], None],
    Callable[[], None],
    Callable[[], None],
]:
    """Handlers that fill `fields`: start, text and end of an element, start and end of a CDATA section.

    Closures and not methods: this runs some 40 times for each callback, and cells are a third cheaper than attributes.
    A branch is made only when an element turns out to have children, since most elements are leaves.
    """
    branch: Fields | None = None
    outer: list[Fields | None] = []
    text = ""
    literal = 0  # Up to where `text` must not be trimmed: the end of the last CDATA section.
    count = 0

    def start(name: str, _attributes: object) -> None:
        nonlocal branch, text, literal, count
        count += 1
        if not outer:
            if name != "xml":
                raise BadXml(reason="unexpected root element")
            outer.append(None)
            branch = fields
        else:
            if count > MAX_XML_ELEMENTS or len(outer) >= MAX_XML_DEPTH:
                raise BadXml(reason="too many or too deep elements")
            if branch is None:
                branch = {}
            outer.append(branch)
            branch = None
        text = ""
        literal = 0

    def characters(data: str) -> None:
        nonlocal text
        text = text + data if text else data

    def start_cdata() -> None:
        nonlocal text
        if not literal:
            text = text.lstrip(_WHITE)

    def end_cdata() -> None:
        nonlocal literal
        literal = len(text)

    def end(name: str) -> None:
        nonlocal branch, text, literal
        parent = outer.pop()
        leaf = text[:literal] + text[literal:].rstrip(_WHITE) if literal else text.strip(_WHITE)
        value: str | Fields = leaf if branch is None else branch
        branch, text, literal = parent, "", 0
        if parent is None:
            return
        if name in LIST_ELEMENTS:
            parent.setdefault(name, []).append(value)
        elif name not in parent:
            parent[name] = value
        elif isinstance(parent[name], list):
            parent[name].append(value)
        else:
            parent[name] = [parent[name], value]

    return start, characters, end, start_cdata, end_cdata


def _refuse_doctype(*_declaration: object) -> None:
    raise BadXml(reason="document type not allowed")
