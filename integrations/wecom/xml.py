"""Reading the XML inside a callback into a plain dict, on expat directly.

WeCom's XML is a small tree of elements with text: no attributes that matter, no namespaces, no document type. So this
reader knows only that, refuses a DOCTYPE (and with it every entity bomb) and bounds size, depth and count. Elements
that WeCom repeats are lists even when they come once, which a naive XML-to-dict conversion gets wrong.

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
    "AuthAddOpenKfId", "AuthDelOpenKfId",  # WeCom doc 97712
    "SpRecord", "Details", "NodeList", "SubNodeList", "Notifyer", "Comments", "Attach",  # WeCom doc 91815
    "ApprovalNode", "NotifyNode",  # WeCom doc 90240, open_approval_change
})  # fmt: skip

Fields = dict[str, Any]
"""An element's children by name: `str` for a leaf, `Fields` for a branch, a list of either for a repeated element."""

# Letters expat would take unchanged: no control letters, no carriage return (it becomes a newline), no markup.
_PLAIN = r"[^<>&\]\x00-\x08\x0b-\x1f\ufffe\uffff]*"
_FLAT_START = re.compile(r"<xml>[ \t\n]*")
_FLAT_LEAF = re.compile(rf"<([A-Za-z_][A-Za-z0-9_]*)>(?:<!\[CDATA\[({_PLAIN})\]\]>|({_PLAIN}))</\1>[ \t\n]*")
_FLAT_END = re.compile(r"</xml>[ \t\n]*")


def parse_xml(document: bytes) -> Fields:
    """The children of the root element `xml`.

    Unknown elements are kept, attributes are ignored. Raises `BadXml` for anything that is not such a document or goes
    over a bound; the error never carries any of the text.
    """
    if len(document) > MAX_XML_BYTES:
        raise BadXml(reason="too large")
    flat = parse_flat(document)
    return parse_tree(document) if flat is None else flat


def parse_flat(document: bytes) -> Fields | None:
    """The fields of a document of leaves only, each once, in plain or CDATA text; None when it is anything else."""
    try:
        text = document.decode()
    except UnicodeDecodeError:
        return None
    root = _FLAT_START.match(text)
    if root is None:
        return None
    position = root.end()
    fields: Fields = {}
    while leaf := _FLAT_LEAF.match(text, position):
        name, cdata, plain = leaf.groups()
        if name in fields or name in LIST_ELEMENTS:
            return None
        fields[name] = plain if cdata is None else cdata
        position = leaf.end()
    return fields if _FLAT_END.fullmatch(text, position) else None


def parse_tree(document: bytes) -> Fields:
    """As `parse_xml`, for any document; the size is not checked."""
    fields: Fields = {}
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler, parser.CharacterDataHandler, parser.EndElementHandler = _handlers(fields)
    try:
        parser.Parse(document, True)
    except expat.ExpatError:
        raise BadXml(reason="not well-formed") from None
    return fields


def _handlers(
    fields: Fields,
) -> tuple[Callable[[str, object], None], Callable[[str], None], Callable[[str], None]]:
    """Start, text and end handlers that fill `fields`.

    Closures and not methods: this runs some 40 times for each callback, and cells are a third cheaper than attributes.
    A branch is made only when an element turns out to have children, since most elements are leaves.
    """
    branch: Fields | None = None
    outer: list[Fields | None] = []
    text = ""
    count = 0

    def start(name: str, _attributes: object) -> None:
        nonlocal branch, text, count
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

    def characters(data: str) -> None:
        nonlocal text
        text = text + data if text else data

    def end(name: str) -> None:
        nonlocal branch, text
        parent = outer.pop()
        value: str | Fields = text if branch is None else branch
        branch, text = parent, ""
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

    return start, characters, end


def _refuse_doctype(*_declaration: object) -> None:
    raise BadXml(reason="document type not allowed")
