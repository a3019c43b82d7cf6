"""Charts are drawn without state, and the same way each time."""

from __future__ import annotations

import math

import pytest

from srlab.errors import ReportError
from srlab.figures.charts import Panel, Series, dot_chart
from srlab.image.files import decode


def _panel(*names: str, title: str = "×2") -> Panel:
    series = tuple(
        Series(
            name=name, values=(0.1 + i, 0.3 + i, math.inf), mean=0.2 + i, low=0.1 + i, high=0.3 + i
        )
        for i, name in enumerate(names)
    )
    return Panel(title=title, series=series)


def test_a_chart_has_the_text_width_and_grows_with_its_rows():
    small = decode(dot_chart([_panel("a")], axis="gain (dB)")).pixels
    tall = decode(dot_chart([_panel(*"abcdef")], axis="gain (dB)")).pixels
    assert small.shape[1] == tall.shape[1] == 1474
    assert tall.shape[0] > small.shape[0]


def test_the_same_chart_gives_the_same_bytes():
    panels = [_panel("a", "b"), _panel("b", title="×3")]
    assert dot_chart(panels, axis="x", zero="bicubic") == dot_chart(
        panels, axis="x", zero="bicubic"
    )


def test_names_that_look_like_maths_are_drawn_as_they_are():
    assert dot_chart([_panel("$\\frac{", "we|ird<b>_^")], axis="$x").startswith(b"\x89PNG")


def test_names_without_a_font_are_drawn_as_question_marks(monkeypatch):
    monkeypatch.setattr("srlab.figures.fonts._fonts", lambda installed: ())
    assert dot_chart([_panel("ไทย")], axis="x") == dot_chart([_panel("???")], axis="x")


def test_an_interval_that_is_not_there_is_not_drawn():
    alone = Series(name="a", values=(1.0,), mean=1.0, low=math.nan, high=math.nan)
    assert dot_chart([Panel(title="×2", series=(alone,))], axis="x").startswith(b"\x89PNG")


def test_a_chart_of_nothing_is_an_error():
    with pytest.raises(ReportError, match="at least one upscaler"):
        dot_chart([], axis="x")
