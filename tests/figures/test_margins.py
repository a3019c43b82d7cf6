"""The chart of margins is drawn without state, and the same way each time."""

from __future__ import annotations

import pytest

from srlab.errors import ReportError
from srlab.figures.margins import MarginPanel, MarginRow, margin_chart
from srlab.image.files import decode

AXIS = "margin of the original (logits)"


def _panel(*names: str, title: str = "×3") -> MarginPanel:
    rows = tuple(
        MarginRow(name=name, changed=(0.1, 0.4), unchanged=(0.3, 2.0, 7.5)) for name in names
    )
    return MarginPanel(title=title, rows=rows)


def test_a_chart_has_the_text_width_and_grows_with_its_rows():
    small = decode(margin_chart([_panel("a")], axis=AXIS)).pixels
    tall = decode(margin_chart([_panel(*"abcdef")], axis=AXIS)).pixels
    assert small.shape[1] == tall.shape[1] == 1474
    assert tall.shape[0] > small.shape[0]


def test_the_same_chart_gives_the_same_bytes():
    panels = [_panel("a", "b"), _panel("b", title="×4")]
    assert margin_chart(panels, axis=AXIS) == margin_chart(panels, axis=AXIS)


def test_an_arm_without_changed_images_is_drawn():
    row = MarginRow(name="a", changed=(), unchanged=(1.0,))
    assert margin_chart([MarginPanel(title="×3", rows=(row,))], axis=AXIS).startswith(b"\x89PNG")


def test_names_that_look_like_maths_are_drawn_as_they_are():
    assert margin_chart([_panel("$\\frac{", "we|ird<b>_^")], axis="$x").startswith(b"\x89PNG")


def test_a_chart_of_nothing_is_an_error():
    with pytest.raises(ReportError, match="at least one arm"):
        margin_chart([], axis=AXIS)
