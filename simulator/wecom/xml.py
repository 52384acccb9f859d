"""Writing the platforms' XML and reading the product's replies."""

from typing import Any
from xml.etree import ElementTree


def to_xml(fields: dict[str, Any]) -> str:
    """`<xml>…</xml>`: text in CDATA, numbers bare, dicts nested, lists as repeated elements."""
    return f"<xml>{_children(fields)}</xml>"


def _children(fields: dict[str, Any]) -> str:
    return "".join(_element(name, value) for name, value in fields.items())


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    if isinstance(value, dict):
        return f"<{name}>{_children(value)}</{name}>"
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    # A CDATA section cannot hold its own end mark: split it.
    safe = str(value).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{safe}]]></{name}>"


def from_xml(text: str) -> dict[str, Any]:
    """The elements under the root; repeated ones become lists.

    Raises:
        ValueError: when it is no XML.
    """
    if "<!" in text.replace("<![CDATA[", ""):
        raise ValueError("declarations are not part of a reply")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise ValueError("not XML") from error
    value = _value(root)
    return value if isinstance(value, dict) else {}


def _value(element: ElementTree.Element) -> Any:
    if not len(element):
        return element.text or ""
    found: dict[str, Any] = {}
    for child in element:
        value = _value(child)
        if child.tag in found:
            known = found[child.tag]
            found[child.tag] = [*known, value] if isinstance(known, list) else [known, value]
        else:
            found[child.tag] = value
    return found
