"""Numbers and names as people read them."""

from __future__ import annotations

import math

import pytest

from dashboard import words


@pytest.mark.parametrize(
    ("value", "metric", "text"),
    [
        (31.2345, "psnr", "31.23"),
        (0.91, "ssim", "0.9100"),
        (-0.5, "psnr", "−0.50"),
        (math.inf, "psnr", "∞"),
        (math.nan, "psnr", "–"),
    ],
)
def test_a_number_has_the_decimals_of_its_metric(value, metric, text) -> None:
    assert words.number(value, metric) == text


def test_a_difference_carries_its_sign() -> None:
    assert words.signed(0.5, "psnr") == "+0.50"
    assert words.signed(-0.5, "psnr") == "−0.50"
    assert words.signed(math.nan, "psnr") == "–"


def test_a_heading_says_unit_and_direction() -> None:
    assert words.heading("psnr") == "PSNR (dB) ↑"
    assert words.heading("lpips-alex") == "LPIPS (alex) ↓"
    assert words.heading("entropy") == "Entropy (bit)"


@pytest.mark.parametrize("name", ["plain", "`", "a``b", "![x](http://y)", "<b>", "a\n\n# b", "$x$"])
def test_code_lets_no_markup_out(name) -> None:
    text = words.code(name)
    fence = text[: len(text) - len(text.lstrip("`"))]
    inside = text[len(fence) : -len(fence)]
    assert fence not in inside
    assert "\n" not in inside


def test_plain_escapes_every_mark() -> None:
    assert words.plain("a_b*[x](y):z`<i>$") == r"a\_b\*\[x\]\(y\)\:z\`\<i\>\$"
    assert words.plain("set5 ×3") == "set5 ×3"


def test_a_protocol_is_described_in_words() -> None:
    assert "BT.601 luma" in words.protocol_in_words("paper-y")
    assert "does not describe" in words.protocol_in_words("own")
