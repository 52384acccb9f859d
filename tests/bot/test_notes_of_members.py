"""What members edit about their friends in WeCom: remark, phones and tags are taken over or proposed, never dropped."""

import pytest

from bot.models import InboxMessage
from crm_core.customers import jobs as customer_jobs
from crm_core.customers import notes
from crm_core.customers.errors import ProposalDecided
from crm_core.customers.models import Customer, Friendship, ProposedPhone
from crm_core.dealerships.actors import staff_actor, system
from crm_core.dealerships.models import Role
from foundation import database, jobs
from foundation.errors import NotAllowed
from tests import factories

RULE = system("test")


@pytest.fixture
async def friend(town):
    """张伟, a friend of 王芳 and of 李敏, without a phone on file."""
    for userid in ("WangFang", "LiMin"):
        await town.hand("POST", "people/zhang/add", {"userid": userid})
    await town.settle()
    return await Customer.get()


async def _edit(town, userid: str, **changes: object) -> None:
    person = town.simulation.world.people.get("zhang")
    await town.hand(
        "POST", "friendships/edit", {"userid": userid, "external_userid": person.external_userid, **changes}
    )
    await town.settle()


async def _tags(town) -> dict[str, str]:
    groups = [{"group_name": "意向", "tags": [{"name": "置换"}, {"name": "高意向"}]}]
    await town.hand("POST", "import", {"tag_groups": groups})
    return {tag.name: tag.id for tag in town.simulation.world.tags}


async def test_a_remark_is_kept_as_the_member_s_own_name_for_the_friend(town, friend):
    await _edit(town, "wangfang", remark="张总 X6 黑")
    assert (await Friendship.get(staff_id=town.wang.id)).remark == "张总 X6 黑"
    assert (await Friendship.get(staff_id=town.li.id)).remark == ""
    assert (await Customer.get()).name == friend.name, "a remark is no name"
    assert (await InboxMessage.filter(event__contains="edit_external").get()).outcome == "done"


async def test_two_edits_of_one_second_are_both_read_though_their_callbacks_are_equal(town, friend):
    for remark in ("张总", "张总 X6", "张总 X6 黑"):
        await _edit(town, "wangfang", remark=remark)
        assert (await Friendship.get(staff_id=town.wang.id)).remark == remark


async def test_the_first_phone_is_filed_and_a_second_one_is_proposed_once(town, friend):
    await _edit(town, "wangfang", remark_mobiles=["138 0013 8000"])
    filed = await Customer.get()
    assert (filed.phone, filed.phone_verified_at) == ("13800138000", None)
    for _ in range(2):
        await _edit(town, "limin", remark_mobiles=["+86 139-1234-5678", "13800138000", "不是号码"])
    proposed = await ProposedPhone.get()
    assert (proposed.phone, proposed.staff_id, proposed.decided_at) == ("13912345678", town.li.id, None)
    assert (await Customer.get()).phone == "13800138000"
    sentences = [row["sentence"] for row in await database.fetch("SELECT sentence FROM event")]
    assert "李敏在企业微信里记了另一个手机号，待确认" in sentences
    assert not any("139" in sentence for sentence in sentences)


async def test_a_proposed_phone_is_taken_or_refused_once_by_whoever_may_edit(town, friend):
    await _edit(town, "wangfang", remark_mobiles=["13800138000"])
    await _edit(town, "limin", remark_mobiles=["13912345678", "13912345679"])
    first, second = await ProposedPhone.all().order_by("id")
    advisor = await staff_actor(town.li.id)
    stranger = await factories.acting(Role.TEC, town.store)
    with pytest.raises(NotAllowed):
        await notes.accept_phone(stranger, first.id)
    await notes.refuse_phone(advisor, second.id)
    await notes.accept_phone(advisor, first.id)
    assert (await Customer.get()).phone == "13912345678"
    for decide in (notes.accept_phone, notes.refuse_phone):
        with pytest.raises(ProposalDecided):
            await decide(advisor, first.id)
    await _edit(town, "limin", remark_mobiles=["13912345679"], remark="又改了")
    assert not await ProposedPhone.filter(decided_at=None).exists(), "a refused number is not asked about again"


async def test_tags_given_in_wecom_are_given_here_and_taken_when_nobody_gives_them(town, friend):
    ids = await _tags(town)
    await Customer.filter(id=friend.id).update(tags=["老客户"])
    await _edit(town, "wangfang", tag_ids=[ids["置换"], ids["高意向"]])
    assert (await Customer.get()).tags == ["置换", "老客户", "高意向"]
    await _edit(town, "limin", tag_ids=[ids["置换"]])
    await _edit(town, "wangfang", tag_ids=[])
    assert (await Customer.get()).tags == ["置换", "老客户"], "another member still gives it"
    await _edit(town, "limin", tag_ids=[])
    assert (await Customer.get()).tags == ["老客户"], "a tag of ours stays"


async def test_a_tag_renamed_or_deleted_in_wecom_s_console_follows(town, friend):
    ids = await _tags(town)
    await _edit(town, "wangfang", tag_ids=[ids["置换"], ids["高意向"]])
    await town.hand("POST", "tags/edit", {"id": ids["置换"], "name": "想换车"})
    await town.settle()
    assert (await Customer.get()).tags == ["想换车", "高意向"]
    await town.hand("POST", "tags/delete", {"id": ids["高意向"]})
    await town.settle()
    assert (await Customer.get()).tags == ["想换车"]
    told = await InboxMessage.filter(event__startswith="change_external_tag")
    assert {row.outcome for row in told} == {"done"}


async def test_tag_changes_whose_word_was_lost_are_found_by_the_clock(town, friend):
    ids = await _tags(town)
    await _edit(town, "wangfang", tag_ids=[ids["置换"]])
    tag = town.simulation.world.tags.get(ids["置换"])
    tag.name = "想换车"
    await customer_jobs.ask_for_corp_tags()
    await jobs.drain()
    assert (await Customer.get()).tags == ["想换车"]


async def test_what_says_nothing_to_us_is_recorded_as_ignored(town, friend):
    await town.hand("POST", "staff", {"userid": "ZhaoMin", "name": "赵敏"})
    person = town.simulation.world.people.get("li")
    pair = {"userid": "ZhaoMin", "person_id": "li", "external_userid": person.external_userid}
    await town.hand("POST", "import", {"friendships": [{"userid": "ZhaoMin", "person_id": "li"}]})
    await town.hand("POST", "friendships/edit", {**pair, "remark": "李总"})
    await town.settle()
    outcomes = {
        row.event: row.outcome
        for row in await InboxMessage.filter(event="change_external_contact/edit_external_contact")
    }
    assert outcomes == {"change_external_contact/edit_external_contact": "ignored"}
    assert await database.fetch_value("SELECT count(*) FROM jobs.pgqueuer") == 0
    await jobs.drain()
