"""A document becomes a PDF that every phone and printer shows alike, and the same one each time."""

from datetime import UTC, datetime

import pytest

from foundation import paper
from foundation.paper import Column, Fields, Item, Lines, NotPrinted, Paper, Place, Printed, Rows, Signatures, as_json
from tests.pdf import fits_on_its_pages, fonts_of, pages_of

AT = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
NUMBER = "JS-S01-261123-0231"


def _document(*, rows: int = 3, name: str = "前刹车片", owner: str = "张伟") -> Paper:
    columns = (Column("序号", 1, "C"), Column("维修项目", 6), Column("金额(元)", 3, "R"))
    return Paper(
        "星河汽车浦东店",
        "机动车维修费用结算清单",
        (
            Fields((Item("托修方", owner), Item("车牌号码", "粤B·A1B23"), Item("故障描述", name * 3, is_wide=True))),
            Rows(
                "工时费用",
                columns,
                tuple((str(number), name, f"{number}.00") for number in range(1, rows + 1)),
                (("小计(元)", "968.00"),),
            ),
            Lines(("■ 由托修方收回　　□ 由承修方收回",), "旧件处理结果"),
            Signatures((Place("承修方（盖章）"), Place("托修方（签名）", below="微信小程序确认 2026-11-23 10:05"))),
        ),
    )


async def _printed(document: Paper, *, mark: str = "") -> Printed:
    return await paper.print_out(as_json(document), {}, number=NUMBER, mark=mark, made_at=AT)


async def test_a_page_says_what_the_document_says_in_a_font_of_its_own():
    printed = await _printed(_document())
    [text] = pages_of(printed.pdf)
    for word in ("机动车维修费用结算清单", NUMBER, "张伟", "粤B·A1B23", "前刹车片", "小计(元)968.00", "第1页/共1页"):
        assert word in text, word
    assert printed.pages == 1
    assert fonts_of(printed.pdf)
    assert all(fonts_of(printed.pdf).values())


async def test_the_same_document_gives_the_same_bytes():
    assert await _printed(_document()) == await _printed(_document())


async def test_a_hundred_lines_fill_pages_that_each_repeat_the_head_and_the_number():
    printed = await _printed(_document(rows=100))
    pages = pages_of(printed.pdf)
    assert len(pages) == printed.pages >= 3
    for number, text in enumerate(pages, 1):
        assert f"第{number}页/共{printed.pages}页" in text
        assert NUMBER in text
    with_rows = [text for text in pages if "前刹车片" in text]
    assert all("维修项目" in text for text in with_rows)
    assert sum(text.count("前刹车片") for text in pages) == 100 + 3
    assert "托修方（签名）" in pages[-1]
    assert fits_on_its_pages(printed.pdf)


async def test_a_long_value_goes_on_in_the_next_line_and_loses_nothing():
    name = "左前大灯总成含调光电机及控制单元更换并做四轮定位" * 5
    printed = await _printed(_document(rows=2, name=name))
    assert name in "".join(pages_of(printed.pdf)).replace("\n", "")
    assert fits_on_its_pages(printed.pdf)


async def test_a_name_that_looks_like_markup_is_printed_as_it_is():
    names = (
        "{nb} {0} 页",
        "**张伟**",
        "<b>张伟</b>",
        "__张__~~伟~~",
        "张\n伟",
        "(张) \\ 伟 %",
        "endobj >> %%EOF",
        "--张--",
    )
    [text] = pages_of((await _printed(_document(owner="；".join(names)))).pdf)
    for name in names:
        assert "".join(name.split()) in text
    assert "第1页/共1页" in text


async def test_a_character_the_font_lacks_is_marked_and_named_and_never_blank():
    [text] = pages_of((await _printed(_document(owner="赵𠮷😀"))).pdf)
    assert "赵〓〓" in text
    assert "U+20BB7、U+1F600" in text


async def test_a_reprint_says_so_on_every_page():
    printed = await _printed(_document(rows=60), mark="补打 第1次 2026-11-24 09:00 李敏")
    assert all("补打第1次2026-11-2409:00李敏" in text for text in pages_of(printed.pdf))


async def test_what_cannot_be_printed_is_told_without_its_text():
    broken = {**as_json(_document()), "blocks": [{"kind": "张伟"}]}
    with pytest.raises(NotPrinted) as told:
        await paper.print_out(broken, {}, number=NUMBER, mark="", made_at=AT)
    assert str(told.value) == "ValueError"
