"""集团禁用词."""

from campaigns.contents.models import ForbiddenWord
from crm_core.settings.declaring import OF_THE_GROUP, SettingList, setting_list
from crm_core.settings.kinds import text

setting_list(
    SettingList(
        key="forbidden-words",
        word="集团禁用词",
        what="群发里集团自己不用的词。法律和微信禁止的（“第一”“最低”、分享有奖这些）程序自带，不在这里，也去不掉。",
        group="规则与文字",
        table=ForbiddenWord,
        columns=(
            text("word", "词", 20, hint="大小写不分"),
            text("reason", "为什么不用", 80, hint="写群发的人看到的就是这句"),
        ),
        action="campaigns.forbid",
        place=OF_THE_GROUP,
        name="t.word",
        taken="已有这个词；停用的可以恢复。",
    )
)
