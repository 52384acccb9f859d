"""How decrypted fields become an event class, and which deliveries count as the same one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.work import parse_message

from integrations.wecom import events
from integrations.wecom.errors import BadXml
from integrations.wecom.events import dedupe_key, parse_event, text_reply
from integrations.wecom.xml import Fields, parse_xml


def fields_of(event: str, change_type: str = "", **own: object) -> Fields:
    fields: Fields = {"ToUserName": "wwCORP", "FromUserName": "sys", "CreateTime": "1700000000", "MsgType": "event"}
    return fields | {"Event": event} | ({"ChangeType": change_type} if change_type else {}) | own


def contact_event(change_type: str, **own: object) -> Fields:
    return fields_of("change_external_contact", change_type, UserID="zhang", ExternalUserID="wmX", **own)


ENVELOPE = ("wwCORP", "sys", 1700000000)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            contact_event("add_external_contact", State="store7-qr3", WelcomeCode="W"),
            events.ExternalContactAdded(*ENVELOPE, "zhang", "wmX", "store7-qr3", "W"),
        ),
        (contact_event("add_external_contact"), events.ExternalContactAdded(*ENVELOPE, "zhang", "wmX", "", "")),
        (
            contact_event("add_half_external_contact", WelcomeCode="W"),
            events.ExternalContactHalfAdded(*ENVELOPE, "zhang", "wmX", "", "W"),
        ),
        (contact_event("edit_external_contact"), events.ExternalContactEdited(*ENVELOPE, "zhang", "wmX")),
        (
            contact_event("del_external_contact", Source="DELETE_BY_TRANSFER"),
            events.ExternalContactDeleted(*ENVELOPE, "zhang", "wmX", "DELETE_BY_TRANSFER"),
        ),
        (contact_event("del_follow_user"), events.FollowUserDeleted(*ENVELOPE, "zhang", "wmX")),
        (
            contact_event("transfer_fail", FailReason="customer_refused"),
            events.TransferFailed(*ENVELOPE, "zhang", "wmX", "customer_refused"),
        ),
        (
            contact_event("msg_audit_approved", WelcomeCode="W"),
            events.ArchiveApproved(*ENVELOPE, "zhang", "wmX", "W"),
        ),
        (
            fields_of("change_contact", "update_user", UserID="zhang", NewUserID="zhang2"),
            events.ChangeContact(*ENVELOPE, "update_user", "zhang", "zhang2", "", "", "", ""),
        ),
        (
            fields_of("change_external_tag", "delete", Id="et1", TagType="tag_group"),
            events.ChangeExternalTag(*ENVELOPE, "delete", "et1", "tag_group"),
        ),
        (
            fields_of(
                "change_external_chat",
                "update",
                ChatId="wr1",
                UpdateDetail="add_member",
                MemChangeList={"Item": ["zhang", "wmX"]},
                LastMemVer="v1",
                CurMemVer="v2",
            ),
            events.ChangeExternalChat(*ENVELOPE, "update", "wr1", "add_member", ("zhang", "wmX"), "v1", "v2"),
        ),
        (
            fields_of("change_external_chat", "dismiss", ChatId="wr1", MemChangeList=""),
            events.ChangeExternalChat(*ENVELOPE, "dismiss", "wr1", "", (), "", ""),
        ),
        (fields_of("msgaudit_notify", AgentID="2000004"), events.MsgAuditNotify(*ENVELOPE, "2000004")),
        (fields_of("ENTER_AGENT", AgentID="7", EventKey=""), events.EnterAgent(*ENVELOPE, "7", "")),
    ],
)
def test_each_event_has_its_class(fields: Fields, expected: events.CallbackEvent):
    assert parse_event(fields) == expected
    assert parse_event(fields | {"SomethingNew": {"From": "next year"}}) == expected


@pytest.mark.parametrize("upper", [str.upper, str.title, "\n{} ".format])
def test_names_are_compared_without_case_and_without_blanks_around(upper):
    fields = contact_event("add_external_contact")
    shouted = fields | {name: upper(fields[name]) for name in ("MsgType", "Event", "ChangeType")}
    assert isinstance(parse_event(shouted), events.ExternalContactAdded)


def test_a_pressed_card_says_who_chose_what():
    document = (
        "<xml><ToUserName>wwCORP</ToUserName><FromUserName>zhang</FromUserName><CreateTime>1700000000</CreateTime>"
        "<MsgType>event</MsgType><Event>template_card_event</Event><EventKey>accept</EventKey><TaskId>lead-42</TaskId>"
        "<CardType>multiple_interaction</CardType><ResponseCode>RC</ResponseCode><AgentID>1000002</AgentID>"
        "<SelectedItems><SelectedItem><QuestionKey>q1</QuestionKey><OptionIds><OptionId>o1</OptionId></OptionIds>"
        "</SelectedItem><SelectedItem><QuestionKey>q2</QuestionKey><OptionIds><OptionId>o2</OptionId>"
        "<OptionId>o3</OptionId></OptionIds></SelectedItem></SelectedItems></xml>"
    )
    event = parse_event(parse_xml(document.encode()))
    assert isinstance(event, events.TemplateCardEvent)
    assert (event.from_user, event.event_key, event.task_id) == ("zhang", "accept", "lead-42")
    assert (event.response_code, event.agent_id, event.card_type) == ("RC", "1000002", "multiple_interaction")
    assert (event.chosen("q1"), event.chosen("q2"), event.chosen("q3")) == (("o1",), ("o2", "o3"), ())


def test_a_card_without_choices_has_none():
    event = parse_event(fields_of("template_card_event", SelectedItems=""))
    assert isinstance(event, events.TemplateCardEvent)
    assert event.selected_items == ()
    assert isinstance(parse_event(fields_of("template_card_menu_event")), events.TemplateCardMenuEvent)


def test_what_we_do_not_act_on_keeps_its_fields():
    fields = fields_of("change_external_contact", "new_in_2030", UserID="zhang")
    event = parse_event(fields)
    assert event == events.Unknown(*ENVELOPE, "event", "change_external_contact", "new_in_2030", fields)
    assert "zhang" not in repr(event)
    image = parse_event({"MsgType": "image", "CreateTime": "1", "MediaId": "m"})
    assert isinstance(image, events.Unknown)
    assert image.fields["MediaId"] == "m"


@pytest.mark.parametrize(
    "fields",
    [{}, {"MsgType": "text"}, {"MsgType": "text", "CreateTime": "soon"}, {"MsgType": ["a"], "CreateTime": "1"}],
)
def test_without_an_envelope_it_is_no_callback(fields: Fields):
    with pytest.raises(BadXml):
        parse_event(fields)


values = st.recursive(
    st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
known_names = st.sampled_from(["Event", "ChangeType", "SelectedItems", "MemChangeList", "UserID", "CreateTime"])


@given(
    st.dictionaries(known_names | st.text(max_size=8), values, max_size=6), st.sampled_from(sorted(events._BUILDERS))
)
def test_no_fields_break_the_reader(fields: Fields, name: tuple[str, str]):
    named = {"MsgType": "event", "Event": name[0], "ChangeType": name[1], "CreateTime": "1"} | fields
    dedupe_key(named)
    try:
        parse_event(named)
    except BadXml:
        return


def message(message_id: str, **own: str) -> Fields:
    return {"ToUserName": "wwCORP", "FromUserName": "zhang", "MsgType": "text", "MsgId": message_id} | own


def test_a_repeated_delivery_has_the_same_key():
    assert dedupe_key(message("1", CreateTime="5")) == dedupe_key(message("1", CreateTime="5"))
    fields = contact_event("add_external_contact", WelcomeCode="W")
    assert dedupe_key(fields) == dedupe_key(dict(reversed(fields.items())))


@pytest.mark.parametrize(
    "changed",
    [
        {"CreateTime": "1700000001"},
        {"ChangeType": "del_follow_user"},
        {"UserID": "li"},
        {"ExternalUserID": "wmY"},
        {"ToUserName": "wwOTHER"},
        {"Status": "2"},
        {"NewUserID": "zhang2"},
        {"SomethingNew": "1"},
        {"ApprovalInfo": {"SpNo": "2"}},
    ],
)
def test_two_different_events_never_share_a_key(changed: Fields):
    fields = contact_event("add_external_contact", ApprovalInfo={"SpNo": "1"})
    assert dedupe_key(fields) != dedupe_key(fields | changed)


def test_messages_are_told_apart_by_their_id():
    assert dedupe_key(message("1")) != dedupe_key(message("2"))


def test_keys_are_short_and_name_nobody():
    key = dedupe_key(contact_event("add_external_contact"))
    assert len(key) <= 80
    assert "zhang" not in key
    assert "wmX" not in key


def test_a_text_reply_is_what_wechatpy_reads():
    event = parse_event(message("1", CreateTime="5", Content="在吗", AgentID="7"))
    assert isinstance(event, events.MemberTextMessage)
    reply = parse_message(text_reply(event, "在的 ]]> <b>"))
    assert (reply.source, reply.target, reply.content) == ("wwCORP", "zhang", "在的 ]]> <b>")
