"""Reading a callback's XML: what comes out, what is refused, and that both readers agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.wecom.errors import BadXml
from integrations.wecom.xml import (
    LIST_ELEMENTS,
    MAX_XML_BYTES,
    MAX_XML_DEPTH,
    parse_flat,
    parse_tree,
    parse_xml,
    readable,
)


def test_leaves_are_text_and_branches_are_dicts():
    assert parse_xml(b"<xml><A>1</A><B><![CDATA[<b>&]]></B><C><D>2</D></C><E></E></xml>") == {
        "A": "1",
        "B": "<b>&",
        "C": {"D": "2"},
        "E": "",
    }


@pytest.mark.parametrize("name", sorted(LIST_ELEMENTS))
def test_elements_that_may_repeat_are_lists_even_when_single(name: str):
    assert parse_xml(f"<xml><{name}>1</{name}></xml>".encode()) == {name: ["1"]}
    assert parse_xml(f"<xml><{name}>1</{name}><{name}>2</{name}></xml>".encode()) == {name: ["1", "2"]}


def test_any_other_element_becomes_a_list_when_it_repeats():
    assert parse_xml(b"<xml><A>1</A><A>2</A><A>3</A></xml>") == {"A": ["1", "2", "3"]}


def test_selected_items_of_a_card():
    document = (
        "<xml><SelectedItems><SelectedItem><QuestionKey><![CDATA[q1]]></QuestionKey>"
        "<OptionIds><OptionId><![CDATA[o1]]></OptionId></OptionIds></SelectedItem></SelectedItems></xml>"
    )
    assert parse_xml(document.encode()) == {
        "SelectedItems": {"SelectedItem": [{"QuestionKey": "q1", "OptionIds": {"OptionId": ["o1"]}}]}
    }


def test_text_of_a_message_keeps_its_spaces_and_line_breaks():
    assert parse_xml("<xml>\n<Content><![CDATA[ 你好\n 粤A ]]></Content>\n</xml>".encode()) == {
        "Content": " 你好\n 粤A "
    }


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("你\x1d好", "你好"),
        ("a\x00b\x0bc\x1fd", "abcd"),
        ("a\ufffeb\uffffc", "abc"),
        ("a\tb\nc", "a\tb\nc"),
        ("\u200b👩‍🔧", "\u200b👩‍🔧"),
    ],
)
@pytest.mark.parametrize("form", ["<![CDATA[{}]]>", "{}", "<![CDATA[{}]]>\r\n"])
def test_what_xml_forbids_in_a_text_is_dropped_and_the_rest_kept(written: str, read: str, form: str):
    assert parse_xml(f"<xml><Content>{form.format(written)}</Content></xml>".encode()) == {"Content": read}


def test_a_forbidden_character_written_as_a_number_is_dropped_too():
    document = b"<xml><A>a&#x1D;b&#29;c&#xFFFE;d&#99999999;e&#xD800;f&#65;&#0000000000029;&#x00000000001D;</A></xml>"
    assert parse_xml(document) == {"A": "abcdefA"}


@pytest.mark.parametrize("before", ["\n", "\ufeff", "\ufeff\r\n "])
def test_what_stands_before_the_document_is_no_part_of_it(before: str):
    assert parse_xml(f"{before}<?xml version='1.0'?>\n<xml><A>a</A></xml>".encode()) == {"A": "a"}


def test_half_a_letter_cut_at_a_byte_limit_is_dropped():
    assert parse_xml("<xml><Name>张伟</Name></xml>".encode().replace("伟".encode(), "伟".encode()[:2])) == {
        "Name": "张"
    }


@pytest.mark.parametrize("blank", ["\n", "\r\n", " ", "\n\t  "])
@pytest.mark.parametrize("parse", [parse_xml, lambda document: parse_tree(readable(document).encode())])
def test_line_breaks_around_a_value_are_not_part_of_it(blank: str, parse):
    document = (
        f"<xml>{blank}<Event>{blank}<![CDATA[change_external_contact]]>{blank}</Event>{blank}"
        f"<CreateTime>{blank}1700000000{blank}</CreateTime>"
        f"<Content>{blank}<![CDATA[ a ]]>{blank}</Content>{blank}</xml>"
    )
    assert parse(document.encode()) == {
        "Event": "change_external_contact",
        "CreateTime": "1700000000",
        "Content": " a ",
    }


def test_text_in_several_sections_is_one_text():
    assert parse_xml(b"<xml><A> x<![CDATA[ b]]]]><![CDATA[> ]]>y </A></xml>") == {"A": "x b]]> y"}


def test_pictures_in_one_list_and_in_several_have_one_shape():
    one = "<PicList><item><PicMd5Sum>a</PicMd5Sum></item></PicList>"
    kept = [{"item": [{"PicMd5Sum": "a"}]}]
    for pictures in (1, 2):
        document = f"<xml><SendPicsInfo><Count>{pictures}</Count>{one * pictures}</SendPicsInfo></xml>"
        assert parse_xml(document.encode())["SendPicsInfo"]["PicList"] == kept * pictures


BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><xml><A>&c;</A></xml>"""


@pytest.mark.parametrize(
    "document",
    [
        BILLION_LAUGHS,
        b'<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml><A>1</A></xml>',
        b"<!DOCTYPE xml><xml><A>1</A></xml>",
        b"<xml><A>&unknown;</A></xml>",
        b"",
        b"<xml>",
        b"<xml><A></B></xml>",
        b"<json><A>1</A></json>",
        b"<xml><A>1</A></xml><xml/>",
        b"\xff\xfe<\x00x\x00",
        b"<xml>" + b"<A>" * MAX_XML_DEPTH + b"</A>" * MAX_XML_DEPTH + b"</xml>",
        b"<xml>" + b"<A/>" * 10_001 + b"</xml>",
        b"<xml><A>" + b"x" * MAX_XML_BYTES + b"</A></xml>",
    ],
)
def test_anything_else_is_refused(document: bytes):
    with pytest.raises(BadXml):
        parse_xml(document)


def test_a_message_about_document_types_is_still_a_message():
    assert parse_xml(b"<xml><Content><![CDATA[<!DOCTYPE html>]]></Content></xml>") == {"Content": "<!DOCTYPE html>"}


@given(st.binary(max_size=300))
def test_no_bytes_get_more_than_a_refusal(document: bytes):
    for raw in (document, b"<xml>" + document + b"</xml>"):
        try:
            parse_xml(raw)
        except BadXml:
            continue


names = st.sampled_from(["A", "Bc", "_d", "OptionId", "xml", "Content1"])
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
pieces = st.one_of(
    st.builds("<{0}>{1}</{0}>".format, names, texts),
    st.builds("<{0}><![CDATA[{1}]]></{0}>".format, names, texts),
    st.builds("<{0}>{2}<![CDATA[{1}]]>{2}</{0}>".format, names, texts, st.sampled_from([" ", "\n", "\r\n", "x"])),
    st.builds("<{0}><{1}>{2}</{1}></{0}>".format, names, names, texts),
    st.sampled_from(["\n", " ", "\r\n", "<A/>", "<!-- c -->", "<A b='1'>x</A>", "]]>", "&amp;", "text"]),
)


@given(st.lists(pieces, max_size=6), st.sampled_from(["", "\n", "x"]))
def test_the_quick_reader_and_expat_agree(parts: list[str], tail: str):
    document = readable(f"<xml>{''.join(parts)}</xml>{tail}".encode())
    flat = parse_flat(document)
    if flat is not None:
        assert flat == parse_tree(document.encode())


def test_the_quick_reader_knows_an_ordinary_callback():
    document = "<xml><ToUserName><![CDATA[ww1]]></ToUserName>\n<CreateTime>1</CreateTime></xml>"
    assert parse_flat(document) == {"ToUserName": "ww1", "CreateTime": "1"}
