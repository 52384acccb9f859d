"""Spreadsheets made by others: how they are read, and which are refused before anything is read."""

import contextlib
import datetime
import io
import random
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from foundation.spreadsheets import delimited
from foundation.spreadsheets.cells import Cell, Fault, from_wire, to_wire
from foundation.spreadsheets.reading import Row, Sheet, read
from foundation.spreadsheets.refusals import WORDS, SpreadsheetRefused
from tests.pictures import picture

OLD_WORKBOOK = Path(__file__).parents[1] / "samples" / "customers.xls"
DAY = datetime.date(2024, 3, 1)
MIDNIGHT = datetime.datetime.fromisoformat("2024-03-01T00:00:00")
"""By no clock: a cell knows no time zone."""
_CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


async def told(path: Path) -> tuple[list[Sheet], list[Row]]:
    sheets, rows = [], []
    async with contextlib.aclosing(read(path)) as items:
        async for item in items:
            (sheets if isinstance(item, Sheet) else rows).append(item)
    return sheets, rows


async def refusal_of(path: Path) -> str:
    with pytest.raises(SpreadsheetRefused) as refused:
        await told(path)
    return refused.value.reason


def packed(path: Path, sheet: str, **parts: str | bytes) -> Path:
    """A workbook of one sheet with this XML inside `<worksheet>`, and these other parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _CONTENT_TYPES)
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_SPREADSHEET}" xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="客户" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_OFFICE}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{_SPREADSHEET}">{sheet}</worksheet>')
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


async def test_a_workbook_tells_stored_values_merged_cells_everywhere_and_which_sheets_are_hidden(tmp_path):
    path = tmp_path / "台账.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("台账")
    sheet.merge_range("A1:B1", "客户信息")
    sheet.write_row("A2", ["姓名", "电话", "购车日期", "备注"])
    sheet.write_row("A4", ["赵样甲", 19900000301])
    sheet.write_datetime("C4", MIDNIGHT, book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_row("A5", ["钱样乙", 19900000302.5])
    sheet.merge_range("A5:A6", "钱样乙")
    sheet.write("B6", "19900000303")
    sheet.write_formula("D4", "=1+1", value=2)
    book.add_worksheet("旧数据").hide()
    book.close()
    sheets, rows = await told(path)
    assert sheets == [Sheet(0, "台账", False), Sheet(1, "旧数据", True)]
    assert rows == [
        Row(1, ("客户信息", "客户信息")),
        Row(2, ("姓名", "电话", "购车日期", "备注")),
        Row(4, ("赵样甲", 19900000301, DAY, 2)),
        Row(5, ("钱样乙", 19900000302.5)),
        Row(6, ("钱样乙", "19900000303")),
    ]


async def test_errors_and_formulas_without_a_result_are_faults_and_not_empty(tmp_path):
    cells = (
        '<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1"><f>A1*2</f></c>'
        '<c r="C1" t="inlineStr"><is><t>好</t></is></c></row>'
    )
    _, rows = await told(packed(tmp_path / "a.xlsx", f"<sheetData>{cells}</sheetData>"))
    assert rows == [Row(1, (Fault("#N/A"), Fault("="), "好"))]


async def test_dates_of_an_old_macintosh_workbook_count_from_1904(tmp_path):
    path = tmp_path / "mac.xlsx"
    book = xlsxwriter.Workbook(path, {"date_1904": True})
    book.add_worksheet().write_datetime("A1", MIDNIGHT, book.add_format({"num_format": "yyyy-mm-dd"}))
    book.close()
    _, rows = await told(path)
    assert rows == [Row(1, (DAY,))]


async def test_a_workbook_of_before_2007_is_read(tmp_path):
    sheets, rows = await told(OLD_WORKBOOK)
    assert [sheet.name for sheet in sheets] == ["客户资料"]
    assert rows[2].cells[:2] == ("赵样甲", 19900001001)
    assert rows[3].number == 5


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
async def test_text_is_read_in_the_writing_of_its_program(tmp_path, encoding, delimiter):
    lines = ["姓名 电话 备注", '王𠮷样 19900000201 "两行\n=备注"', "  ", '李样丁 "=""0755""" 无']
    path = tmp_path / "客户.csv"
    path.write_bytes("\r\n".join(line.replace(" ", delimiter) for line in lines).encode(encoding))
    sheets, rows = await told(path)
    assert sheets == [Sheet(0, "", False)]
    assert rows == [
        Row(1, ("姓名", "电话", "备注")),
        Row(2, ("王𠮷样", "19900000201", "两行\n=备注")),
        Row(4, ("李样丁", '="0755"', "无")),
    ]


def test_the_delimiter_is_the_steady_one_and_not_the_frequent_one():
    assert delimited.delimiter_of("a;b,c,d\n1;2\n3;4,5\n") == ";"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "FILE_EMPTY"),
        (b"PK\x03\x04 not a zip", "FILE_BROKEN"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "FILE_LOCKED"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "FILE_TYPE"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "FILE_BROKEN"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "FILE_TYPE"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "FILE_TYPE"),
        ("姓名,电话\n王样,1\n".encode() + "李样,2\n".encode("gbk"), "FILE_MIXED"),
        ("姓名,电话\n王样,1\n".encode("gbk") + "李样,2\n".encode(), "FILE_MIXED"),
        (b",".join(b"x" for _ in range(201)), "TOO_MANY_COLUMNS"),
        (b"x\n" * 300_001, "TOO_MANY_ROWS"),
    ],
    ids=[
        "empty",
        "no zip",
        "locked",
        "a letter",
        "no book",
        "a web page",
        "a picture",
        "new and old",
        "old and new",
        "wide",
        "long",
    ],
)
async def test_what_is_no_table_is_refused_by_what_it_holds(tmp_path, content, reason):
    path = tmp_path / "客户.xlsx"
    path.write_bytes(content)
    assert await refusal_of(path) == reason


async def test_a_bomb_is_refused_from_its_directory(tmp_path):
    path = packed(tmp_path / "bomb.xlsx", "<sheetData/>", **{"xl/worksheets/sheet2.xml": "0" * 11 * 1024**2})
    assert await refusal_of(path) == "ZIP_RATIO"


async def test_pictures_are_never_unpacked_and_count_for_the_size_of_the_whole(tmp_path):
    row = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
    image = random.Random(1).randbytes(64 * 1024)
    path = packed(tmp_path / "picture.xlsx", row, **{"xl/media/image1.png": image, "xl/embeddings/a.bin": image})
    # Whoever unpacked it would find that its sum is wrong.
    path.write_bytes(path.read_bytes().replace(image[100:200], bytes(100)))
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() == "xl/media/image1.png"
    _, rows = await told(path)
    assert rows == [Row(1, (1,))]
    bomb = packed(tmp_path / "bomb.xlsx", row, **{"xl/media/image1.png": bytes(11 * 1024**2)})
    assert await refusal_of(bomb) == "ZIP_RATIO"


async def test_the_pictures_of_each_sheet_are_counted_whether_they_lie_over_it_or_in_its_cells(tmp_path):
    path = tmp_path / "pictures.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        owners = book.add_worksheet("客户")
        owners.write_row(0, 0, ["姓名"])
        for row in range(3):
            owners.insert_image(row, 2, "licence.png", {"image_data": io.BytesIO(picture(row))})
        in_cell = '_xlfn.DISPIMG("ID_1",1)'
        owners.write_formula(4, 1, in_cell, value="=DISPIMG")
        book.add_worksheet("工单").write_row(0, 0, ["工单号"])
    sheets, _ = await told(path)
    assert [(sheet.name, sheet.pictures) for sheet in sheets] == [("客户", 4), ("工单", 0)]


async def test_cells_without_ends_are_refused_at_once(tmp_path):
    rows = "<sheetData>" + '<c r="A1"><v ' * 150_000 + "</sheetData>"
    assert await refusal_of(packed(tmp_path / "endless.xlsx", rows)) == "FILE_BROKEN"
    rows = "<sheetData>" + "<c " * 400_000 + "</sheetData>"
    assert await refusal_of(packed(tmp_path / "open.xlsx", rows)) == "FILE_BROKEN"


async def test_a_value_in_the_farthest_cell_is_refused_and_a_format_there_is_not(tmp_path):
    row = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"{}</row></sheetData>'
    assert await refusal_of(packed(tmp_path / "far.xlsx", row.format("><v>1</v></c>"))) == "TOO_MANY_COLUMNS"
    _, rows = await told(packed(tmp_path / "formatted.xlsx", row.format(' s="1"/>')))
    assert rows == [Row(1, (1,))]


@pytest.mark.parametrize(
    "part",
    [
        {"xl/vbaProject.bin": "macro"},
        {"../outside.xml": "<a/>"},
        {"/etc/outside.xml": "<a/>"},
        {"xl/styles.xml": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'},
    ],
    ids=["a macro", "a way out", "a place of its own", "a document type"],
)
async def test_what_no_spreadsheet_needs_is_unsafe(tmp_path, part):
    assert await refusal_of(packed(tmp_path / "a.xlsx", "<sheetData/>", **part)) == "FILE_UNSAFE"


@pytest.mark.parametrize("cell", ["字", 1, 1.5, True, DAY, MIDNIGHT, datetime.time(9, 30), None])
def test_a_cell_arrives_as_it_left(cell: Cell):
    assert from_wire(to_wire(cell)) == cell


def test_each_refusal_says_what_to_do():
    assert all(words.endswith("。") and reason.isupper() for reason, words in WORDS.items())
