"""What a person of the group does; apart from the tables, so that pure rules can name it."""

from enum import StrEnum


class Role(StrEnum):
    """What a person of the group does; the codes of the permission table."""

    SC = "SC"
    SM = "SM"
    DCC = "DCC"
    MKT = "MKT"
    SA = "SA"
    SVM = "SVM"
    WC = "WC"
    TEC = "TEC"
    QC = "QC"
    PRT = "PRT"
    CSH = "CSH"
    CRC = "CRC"
    FIN = "FIN"
    GM = "GM"
    RGN = "RGN"
    GRP = "GRP"
    ADM = "ADM"
    DPO = "DPO"
    DRV = "DRV"
