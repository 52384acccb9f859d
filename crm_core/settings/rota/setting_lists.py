"""Who is there: teams, skills, shifts, absences and certificates."""

from typing import Final

from crm_core.dealerships.models import Role, Staff
from crm_core.dealerships.rota.models import AbsenceKind, Certificate, Shift, StaffAbsence, Team
from crm_core.settings.declaring import OF_A_STORE, Place, SettingList, Use, setting_list
from crm_core.settings.kinds import Options, Values, choice, choices, day, of_day, row, text
from crm_core.settings.moving_in import Need, Step, step
from crm_core.settings.setting_lists import BAY_KINDS, STORES, WEEKDAYS, in_order
from foundation.reading import literals

_STAFF: Final = Options("SELECT id, name AS word, store_id, is_active AS is_live FROM staff")
_TEAMS: Final = Options("SELECT id, name AS word, store_id, is_active AS is_live FROM team")
_OF_STAFF: Final = Place("staff_id", through="staff")
_STAFF_NAME: Final = "(SELECT p.name FROM staff p WHERE p.id = t.staff_id)"
_ABSENCES: Final = {
    AbsenceKind.LEAVE.value: "休假",
    AbsenceKind.SICK.value: "病假",
    AbsenceKind.TRAINING.value: "培训",
    AbsenceKind.OTHER.value: "其他",
}
_PEOPLE: Final = "人员与权限"


def _shift(values: Values) -> str:
    starts, ends = values["starts_minute"], values["ends_minute"]
    assert isinstance(starts, int)
    assert isinstance(ends, int)
    return "" if starts < ends else "上班要早于下班；跨夜的班分成两条。"


setting_list(
    SettingList(
        key="teams",
        word="班组",
        what="门店里一起干活的人和他们的组长。",
        group=_PEOPLE,
        table=Team,
        columns=(
            row("store_id", "门店", STORES, fixed=True),
            text("name", "名称", 20),
            row("leader_id", "组长", _STAFF, required=False),
        ),
        action="shifts.change",
        place=OF_A_STORE,
        uses=(Use("组员", "SELECT count(*) FROM staff WHERE team_id = $1 AND is_active", holds=True),),
    )
)
setting_list(
    SettingList(
        key="skills",
        word="技能与班组",
        what="技师会做哪些活、司机能不能开新能源车，属于哪个班组；派工、预约和取送车只算会的人。",
        group=_PEOPLE,
        table=Staff,
        columns=(
            text("name", "姓名", 20, fixed=True),
            choices("skills", "技能", BAY_KINDS, required=False),
            row("team_id", "班组", _TEAMS, required=False),
        ),
        action="shifts.change",
        place=OF_A_STORE,
        live="",
        is_made_here=False,
        among="t.is_active",
    )
)
setting_list(
    SettingList(
        key="shifts",
        word="班次",
        what="技师、顾问和司机每周哪几天、几点到几点上班。没有班次的人算门店营业就在。",
        group=_PEOPLE,
        table=Shift,
        columns=(
            row("staff_id", "员工", _STAFF, fixed=True),
            choices("weekdays", "星期", WEEKDAYS),
            of_day("starts_minute", "上班"),
            of_day("ends_minute", "下班"),
        ),
        action="shifts.change",
        place=_OF_STAFF,
        name=_STAFF_NAME,
        conflict=_shift,
    )
)
setting_list(
    SettingList(
        key="absences",
        word="请假",
        what="哪几天不在；那几天不派工，预约少算一个人。",
        group=_PEOPLE,
        table=StaffAbsence,
        columns=(
            row("staff_id", "员工", _STAFF, fixed=True),
            choice("kind", "类别", _ABSENCES),
            day("first_on", "从"),
            day("last_on", "到", hint="当天也不在"),
        ),
        action="shifts.change",
        place=_OF_STAFF,
        name=_STAFF_NAME,
        order="t.first_on",
        conflict=in_order,
        taken="这位同事这几天里已经有一条请假，改那一条的日期，不用再加。",
    )
)
setting_list(
    SettingList(
        key="certificates",
        word="证书",
        what="上岗证和有效期。证书写了证明哪项技能的，全部过期后这项技能就不算了。",
        group=_PEOPLE,
        table=Certificate,
        columns=(
            row("staff_id", "员工", _STAFF, fixed=True),
            text("name", "证书", 30),
            choice("skill", "证明的技能", BAY_KINDS, required=False, hint="例如低压电工证对应新能源"),
            text("number", "证号", 40, required=False, shown=False),
            day("valid_until", "有效期到"),
        ),
        action="shifts.change",
        place=_OF_STAFF,
        name=_STAFF_NAME,
        order="t.valid_until",
    )
)


def _every_store_has(role: Role, condition: str = "true") -> str:
    return (
        "SELECT NOT EXISTS (SELECT FROM store t WHERE t.is_live AND NOT EXISTS (SELECT FROM staff_role r "
        f"JOIN staff s ON s.id = r.staff_id WHERE r.role = {literals(role)} AND r.store_id = t.id AND s.is_active "
        f"AND {condition})) AND EXISTS (SELECT FROM store WHERE is_live)"
    )


step(
    Step(
        40,
        "people",
        "角色和技能",
        "谁确认预约、谁派工、谁收款；技师会做什么决定能接什么活。",
        "/settings/lists/skills",
        (
            Need("有门店还没有服务顾问", sql=_every_store_has(Role.SA)),
            Need("有门店还没有技师，或技师没写技能", sql=_every_store_has(Role.TEC, "s.skills <> '[]'::jsonb")),
            Need("有门店还没有派工的人", sql=_every_store_has(Role.WC)),
            Need("有门店还没有收银", sql=_every_store_has(Role.CSH)),
        ),
    )
)
