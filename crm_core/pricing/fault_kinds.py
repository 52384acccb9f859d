"""What a job tells about the fault, as far as the 三包 law counts it apart. Pure."""

from enum import StrEnum


class FaultKind(StrEnum):
    """三包计数: what a finished job that the maker pays is counted as, beside being a repair of its fault."""

    ORDINARY = "ORDINARY"
    SAFETY = "SAFETY"
    ENGINE = "ENGINE"
    GEARBOX = "GEARBOX"
    BATTERY = "BATTERY"
    MOTOR = "MOTOR"

    @property
    def words(self) -> str:
        """As the catalogue names it."""
        return _WORDS[self]


_WORDS = {
    FaultKind.ORDINARY: "一般故障",
    FaultKind.SAFETY: "严重安全性能故障",
    FaultKind.ENGINE: "更换发动机",
    FaultKind.GEARBOX: "更换变速箱",
    FaultKind.BATTERY: "更换动力蓄电池",
    FaultKind.MOTOR: "更换驱动电机",
}
