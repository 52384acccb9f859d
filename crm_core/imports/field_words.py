"""What a column may be taken for, in the words of the page.

Only what is filed somewhere stands here. Programs export much more (the insurer, the colour, the brand), and we know
these columns when we see them; a page that offered them would promise what is not done.
"""

from collections.abc import Mapping
from typing import Final

from crm_core.imports.entities import Entity

_OF_A_PERSON: Final = {
    "external_id": "客户编号", "name": "姓名", "phone": "手机号", "phone_2": "备用电话", "landline": "座机",
    "kind": "客户类型（个人、单位）", "uscc": "统一社会信用代码", "gender": "性别",
    "birthday": "生日", "city": "城市", "source": "来源", "address": "地址",
    "created_at": "建档日期", "store": "门店", "consultant": "销售顾问", "note": "备注",
}  # fmt: skip
_OF_A_CAR: Final = {
    "vin": "车架号", "plate": "车牌", "model": "车型", "delivered_on": "购车日期", "registered_on": "上牌日期",
    "since_on": "过户日期", "role": "身份（车主、使用人）", "odometer": "行驶里程", "insurance_ends_on": "保险到期",
    "inspection_due_on": "年检到期", "advisor": "服务顾问",
}  # fmt: skip
_WHICH_CAR: Final = {"cars.vin": "车架号", "cars.plate": "车牌"}
_OF_AN_ORDER: Final = {
    "number": "工单号", **_WHICH_CAR, "opened_at": "进厂日期", "settled_at": "结算日期", "km": "进厂里程",
    "kind": "维修类别", "complaint": "故障描述", "labour": "工时费", "packages": "套餐金额", "parts": "材料费",
    "discount": "优惠金额", "paid": "实收金额", "advisor": "服务顾问", "customers.store": "门店",
}  # fmt: skip
_OF_A_LINE: Final = {
    "line_no": "序号", "kind": "类别（工时、配件）", "name": "项目名称", "part_no": "零件号", "quantity": "数量",
    "unit_price": "单价", "amount": "金额", "payer": "付费类别", "technician": "技师",
}  # fmt: skip

FIELD_WORDS: Final[Mapping[Entity, Mapping[str, str]]] = {
    Entity.CUSTOMERS: _OF_A_PERSON,
    Entity.CARS: _OF_A_CAR,
    Entity.CUSTOMERS_CARS: {**_OF_A_PERSON, **_OF_A_CAR},
    Entity.ORDERS: _OF_AN_ORDER,
    Entity.ORDER_LINES: {"number": "工单号", **_OF_A_LINE},
    Entity.ORDERS_WITH_LINES: {**_OF_AN_ORDER, **{f"order_lines.{name}": word for name, word in _OF_A_LINE.items()}},
    Entity.APPOINTMENTS: {
        "number": "预约单号", **_WHICH_CAR, "date": "预约日期", "time": "预约时间",
        "items": "预约项目", "state": "预约状态", "cars.advisor": "服务顾问", "note": "备注",
    },
    Entity.COUPONS: {
        "number": "券号", "template": "券名称", "customers.phone": "手机号", "cars.plate": "车牌", "total": "总次数",
        "used": "已使用次数", "left": "剩余次数", "valid_to": "有效期至", "state": "状态",
    },
    Entity.CONSENTS: {
        "phone": "手机号", "purpose": "授权项目", "given": "是否同意", "given_at": "授权时间", "how": "授权方式",
        "evidence": "证据", "text_version": "协议版本",
    },
    Entity.STAFF: {
        "userid": "企业微信账号", "name": "姓名", "store": "所属门店", "role": "岗位", "state": "在职状态",
    },
    Entity.ITEMS_PRICES: {
        "code": "项目编码", "name": "项目名称", "series": "适用车系", "hours": "标准工时", "parts_price": "配件价",
        "valid_from": "生效日期",
    },
    Entity.PARTS_STOCK: {
        "number": "零件号", "name": "零件名称", "store": "仓库", "bin": "货位", "quantity": "库存数量",
    },
}  # fmt: skip
"""Kind of sheet → field → its word, in the order in which people look for it."""

PROPOSAL_WORDS: Final = {
    "name": "姓名", "plate": "车牌", "delivered_on": "购车日期", "insurance_ends_on": "保险到期", "role": "岗位",
    "starts_at": "预约时间", "labour_centihours": "标准工时", "parts_fen": "配件价",
}  # fmt: skip
"""What a value that was not taken over ours is called."""
