"""What an owner reads above their account after something changed about who they are: a number, or two records in one.

Pure: what is known goes in, sentences come out.
"""

from dataclasses import dataclass
from datetime import date

from crm_core.dealerships.masks import mask_phone


@dataclass(frozen=True)
class Standing:
    """What is known of the account. `former_phones` are the numbers vouched for or filed before, the newest first."""

    phone: str | None
    former_phones: tuple[str, ...] = ()
    is_phone_elsewhere: bool = False
    """Another record has the number too: a second one of theirs, a relative's, or of whoever had it before."""
    merged_on: date | None = None


def notes(standing: Standing) -> list[str]:
    """The sentences, the most pressing first; each says what happened and what to do, and nothing of anybody else."""
    said = []
    if standing.phone and standing.is_phone_elsewhere:
        said.append(
            f"{mask_phone(standing.phone)} 在我们这里还登记在另一份资料上，两份没有自动合并。"
            "如果都是您的，请让服务顾问核对后合并；不是您的，不用处理。"
        )
    if standing.merged_on is not None:
        day = f"{standing.merged_on.month}月{standing.merged_on.day}日"
        said.append(f"您的两份资料已在 {day} 合并，车辆、卡券、预约和记录都在这里。不对的话，请联系服务顾问恢复。")
    if standing.former_phones:
        former = "、".join(mask_phone(phone) for phone in standing.former_phones)
        said.append(f"以前的手机号 {former} 不再用来联系您；车辆、卡券和记录不受影响。")
    return said
