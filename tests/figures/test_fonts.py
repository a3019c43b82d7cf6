"""Which fonts a text needs."""

from __future__ import annotations

from pathlib import Path

import pytest
from matplotlib import get_data_path

from srlab.errors import ReportError
from srlab.figures.fonts import drawable, fonts_for, printable

FONTS = Path(get_data_path()) / "fonts" / "ttf"


def test_latin_greek_cyrillic_and_signs_need_no_font():
    assert fonts_for("Größe, Ωμέγα, Жук: ×3, −0.5, 1–2, ±, ∞, † \ufffd") == ()


@pytest.mark.parametrize(
    ("text", "package"),
    [("漢", "fonts-droid-fallback"), ("한", "fonts-noto-cjk"), ("ไ", "fonts-noto-core")],
)
def test_a_letter_without_a_font_is_an_error_that_names_the_package(text: str, package: str):
    with pytest.raises(ReportError, match=f"apt-get install {package}"):
        fonts_for(text, installed=[])


def test_an_installed_font_that_draws_a_letter_is_chosen():
    stix = FONTS / "STIXSizOneSymReg.ttf"
    general = FONTS / "STIXGeneral.ttf"
    [font] = fonts_for(
        "\N{INTEGRAL AROUND A POINT OPERATOR}\N{SCRIPT SMALL L}\u2a99", installed=[stix, general]
    )
    assert font.path == general
    assert font.family == "STIXGeneral"


def test_a_file_that_is_no_font_is_passed_over(tmp_path: Path):
    (tmp_path / "x.ttf").write_text("no font")
    with pytest.raises(ReportError):
        fonts_for("漢", installed=[tmp_path / "x.ttf"])


def test_a_question_mark_stands_for_a_letter_that_no_font_draws():
    assert drawable("1. ไท ok", installed=[]) == "1. ?? ok"
    assert drawable("Жук ×3", installed=[]) == "Жук ×3"


def test_a_letter_that_an_installed_font_draws_stays():
    assert drawable("\u2a99 漢", installed=[FONTS / "STIXGeneral.ttf"]) == "\u2a99 ?"


def test_printable_text_is_one_line_without_shapeless_characters():
    assert printable(" a\n\tb\u202e\x00 ") == "a b\ufffd\ufffd"
