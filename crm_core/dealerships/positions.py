"""What dealers call the posts of their people, in spreadsheets and in WeCom's address book."""

from typing import Final

from crm_core.dealerships.role import Role

ROLES: Final[dict[str, Role]] = {
    word: role
    for role, words in (
        (Role.SA, "服务顾问 服务接待 维修顾问"),
        (Role.SVM, "服务经理 售后经理"),
        (Role.WC, "车间主任 车间主管 车间调度 调度"),
        (Role.TEC, "机修技师 机电技师 钣喷技师 技师"),
        (Role.QC, "质检 质检员"),
        (Role.PRT, "配件员 配件主管"),
        (Role.CSH, "收银 收银员"),
        (Role.SC, "销售顾问"),
        (Role.SM, "销售经理 展厅经理"),
        (Role.DCC, "网销 电销 DCC"),
        (Role.MKT, "市场 市场专员"),
        (Role.CRC, "客服 客服专员 客户关系"),
        (Role.FIN, "财务 会计"),
        (Role.GM, "店总 总经理"),
        (Role.RGN, "区域经理 区域总监"),
        (Role.DPO, "个人信息保护负责人 隐私负责人"),
        (Role.DRV, "取送车司机 代驾司机 司机"),
    )
    for word in words.split()
}
"""What dealers call a position."""
