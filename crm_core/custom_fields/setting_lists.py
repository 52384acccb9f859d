"""自定义字段 as a list of settings."""

from crm_core.custom_fields.models import CustomField
from crm_core.custom_fields.rules import CODE_FORM, FieldAbout, FieldKind, options_of
from crm_core.settings.declaring import OF_A_STORE, SettingList, Use, setting_list
from crm_core.settings.kinds import Values, choice, row, text, yes
from crm_core.settings.setting_lists import STORES

KINDS = {
    FieldKind.TEXT.value: "文字",
    FieldKind.NUMBER.value: "数字",
    FieldKind.DAY.value: "日期",
    FieldKind.YES.value: "是或否",
    FieldKind.CHOICE.value: "单选",
}
ABOUT = {FieldAbout.CUSTOMER.value: "客户", FieldAbout.VEHICLE.value: "车辆"}


def _options(values: Values) -> str:
    is_choice = values["kind"] == FieldKind.CHOICE.value
    options = options_of(str(values["options"] or ""))
    if is_choice and len(options) < 2:
        return "单选要至少两个选项，用顿号隔开。"
    return "" if is_choice or not options else "只有单选才有选项。"


setting_list(
    SettingList(
        key="custom-fields",
        word="自定义字段",
        what="门店自己要记的客户和车辆信息。停用以后已经填的还在，只是不再填新的。",
        group="规则与文字",
        table=CustomField,
        columns=(
            choice("about", "记在", ABOUT, fixed=True),
            text("name", "名称", 20),
            text(
                "code", "代号", 30, fixed=True, pattern=CODE_FORM, hint="接口、导入和分群用，小写字母开头，定了不能改"
            ),
            choice("kind", "类型", KINDS, fixed=True),
            text("options", "选项", 400, required=False, hint="单选才填，用顿号隔开，例如：公务、私用、租赁"),
            row("store_id", "门店", STORES, required=False, hint="空着就是整个集团"),
            yes("is_personal", "算个人信息", hint="只给看得到姓名的人看；客户要求删除、车辆过户时一起删掉"),
            text("hint", "填写提示", 60, required=False),
        ),
        action="custom_fields.change",
        place=OF_A_STORE,
        conflict=_options,
        uses=(Use("已填的内容", "SELECT count(*) FROM custom_value WHERE field_id = $1"),),
    )
)
