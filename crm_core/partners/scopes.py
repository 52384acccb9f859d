"""What an API key may be given. Each scope is an act of the one table of permissions that it grants to programs."""

from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """权限范围 of an API key."""

    BRING_CUSTOMERS = "partners.bring_customers"
    BRING_CARS = "partners.bring_cars"
    BRING_STOCK = "partners.bring_stock"
    BRING_ORDERS = "partners.bring_orders"
    REPORT_DEPARTURES = "partners.report_departures"
    REPORT_ARRIVALS = "partners.report_arrivals"
    BOOK = "appointments.book"
    MOVE = "appointments.reschedule"
    CANCEL = "appointments.cancel"
    READ = "partners.read"
    READ_PERSONAL = "partners.read_personal"


SCOPE_WORDS: Final = {
    Scope.BRING_CUSTOMERS: "写入客户",
    Scope.BRING_CARS: "写入车辆",
    Scope.BRING_STOCK: "写入库存车",
    Scope.BRING_ORDERS: "写入工单",
    Scope.REPORT_DEPARTURES: "报告车辆出场（道闸、车牌相机）",
    Scope.REPORT_ARRIVALS: "报告车辆到店（道闸、车牌相机）",
    Scope.BOOK: "查空闲时间、替客户预约",
    Scope.MOVE: "改约",
    Scope.CANCEL: "取消预约",
    Scope.READ: "读取客户、预约和库存车（不含个人信息）",
    Scope.READ_PERSONAL: "读取姓名、手机号、车牌和车架号",
}
"""Each scope as the page that makes keys calls it."""
