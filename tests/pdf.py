"""Reads a PDF back, as a printer or a phone would."""

import pypdfium2
import pypdfium2.raw as raw


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, without the breaks that layout put into it."""
    document = pypdfium2.PdfDocument(pdf)
    return ["".join(page.get_textpage().get_text_range().split()) for page in document]


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """Each font that draws a text, by its name, and whether the file itself has it."""
    found: dict[str, bool] = {}
    for page in pypdfium2.PdfDocument(pdf):
        for each in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
            font = each.get_font()
            found[font.get_base_name()] = found.get(font.get_base_name(), True) and font.is_embedded
    return found


def fits_on_its_pages(pdf: bytes) -> bool:
    """Whether no text stands outside the paper or in its margin of 5 mm, which printers leave white."""
    margin = 5 * 72 / 25.4
    for page in pypdfium2.PdfDocument(pdf):
        width, height = page.get_size()
        for each in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
            left, bottom, right, top = each.get_bounds()
            if left < margin or bottom < margin or right > width - margin or top > height - margin:
                return False
    return True
