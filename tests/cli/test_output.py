"""Frames in print."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pandas as pd
import pytest

from srlab.cli.output import metric_gain, metric_value, number, p_value, percent, print_frame
from srlab.errors import UsageError

_FRAME = pd.DataFrame(
    {
        "benchmark": ["set5", "set5"],
        "upscaler": ["net_a", "bicubic"],
        "metric": ["psnr", "psnr"],
        "value": [np.inf, 30.404612],
        "gain": [np.nan, -0.5],
    }
)
_FORMATTERS = {"value": metric_value, "gain": number(2, signed=True)}


def _printed(capsys, form: str, frame: pd.DataFrame = _FRAME) -> str:
    print_frame(frame, form, formatters=_FORMATTERS)
    return capsys.readouterr().out


def test_a_table_is_aligned_numbers_to_the_right(capsys) -> None:
    assert _printed(capsys, "table").splitlines() == [
        "benchmark  upscaler  metric  value   gain",
        "---------  --------  ------  -----  -----",
        "set5       net_a     psnr      inf",
        "set5       bicubic   psnr    30.40  -0.50",
    ]


def test_csv_and_json_hold_full_precision(capsys) -> None:
    assert "30.404612" in _printed(capsys, "csv")
    assert json.loads(_printed(capsys, "json"))[1]["value"] == 30.404612


def test_infinity_is_the_word_inf_and_what_is_absent_is_null_in_json(capsys) -> None:
    first = json.loads(_printed(capsys, "json"))[0]
    assert first["value"] == "inf"
    assert first["gain"] is None


def test_json_holds_whole_numbers_bytes_and_absent_counts(capsys) -> None:
    frame = pd.DataFrame({"n": pd.array([1, None], "Int64"), "key": [b"\x01\xff", b""]})
    assert json.loads(_printed(capsys, "json", frame)) == [
        {"n": 1, "key": "01ff"},
        {"n": None, "key": ""},
    ]


def test_infinity_and_absence_in_csv(capsys) -> None:
    assert _printed(capsys, "csv").splitlines()[1] == "set5,net_a,psnr,inf,"


def test_markdown_escapes_what_would_be_markup(capsys) -> None:
    lines = _printed(capsys, "md").splitlines()
    assert lines[1] == "| --- | --- | --- | --: | --: |"
    assert lines[2] == r"| set5 | net\_a | psnr | inf |  |"


def test_markdown_makes_no_link_and_no_picture_of_a_name(capsys) -> None:
    frame = _FRAME.assign(
        upscaler=["[a](http://x.example)", "![b](y)"],
        metric=["www.x.example", "<b>https://x</b>"],
    )
    first, second = _printed(capsys, "md", frame).splitlines()[2:]
    assert r"\[a\](http\://x.example)" in first
    assert r"www\.x.example" in first
    assert r"!\[b\](y)" in second
    assert r"\<b\>https\://x\</b\>" in second


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|x", "-2+3", "@SUM(A1)", "\t=1", "-1|calc"])
def test_a_spreadsheet_runs_no_cell_of_a_csv(capsys, cell: str) -> None:
    text = _printed(capsys, "csv", _FRAME.assign(upscaler=[cell, "bicubic"]))
    [row] = list(csv.DictReader(io.StringIO(text)))[:1]
    assert row["upscaler"] == f"'{cell}"
    assert row["value"] == "inf"


def test_numbers_of_a_csv_stay_numbers(capsys) -> None:
    frame = _FRAME.assign(upscaler=["-1.5", "+2e-3"], value=[-1.0, -np.inf])
    lines = _printed(capsys, "csv", frame).splitlines()
    assert lines[1:] == ["set5,-1.5,psnr,-1.0,", "set5,+2e-3,psnr,-inf,-0.5"]


def test_latex_escapes_what_would_be_markup(capsys) -> None:
    frame = _FRAME.assign(upscaler=["a_b&c%", r"x\y~^{}$#"])
    text = _printed(capsys, "latex", frame)
    assert r"a\_b\&c\%" in text
    assert r"x\textbackslash{}y\textasciitilde{}\textasciicircum{}\{\}\$\#" in text
    assert text.startswith(r"\begin{tabular}{lllrr}")


def test_a_column_without_any_value_is_left_out(capsys) -> None:
    assert "gain" not in _printed(capsys, "table", _FRAME.assign(gain=np.nan))


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UsageError, match="expected one of table, csv"):
        print_frame(_FRAME, "yaml")


@pytest.fixture
def narrow(capsys, monkeypatch):
    """A terminal of 30 columns, on which a frame is printed."""

    def printed(frame: pd.DataFrame) -> list[str]:
        monkeypatch.setenv("COLUMNS", "30")
        monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
        return _printed(capsys, "table", frame).splitlines()

    return printed


def test_on_a_narrow_terminal_what_all_rows_share_stands_above(narrow) -> None:
    assert narrow(_FRAME) == [
        "benchmark set5, metric psnr",
        "",
        "upscaler  value   gain",
        "--------  -----  -----",
        "net_a       inf",
        "bicubic   30.40  -0.50",
    ]


def test_on_a_narrow_terminal_one_row_stands_upright(narrow) -> None:
    assert narrow(_FRAME[1:]) == [
        "benchmark  set5",
        "upscaler   bicubic",
        "metric     psnr",
        "value      30.40",
        "gain       -0.50",
    ]


def test_results_stay_in_their_row_even_where_they_are_equal(narrow) -> None:
    assert narrow(_FRAME.assign(value=1.0))[-1].split() == ["bicubic", "1.00", "-0.50"]


@pytest.mark.parametrize(
    ("value", "text"), [(0.00004, "<0.0001"), (0.0625, "0.0625"), (0.123456, "0.123"), (1.0, "1")]
)
def test_p_values_are_short(value: float, text: str) -> None:
    assert p_value(value, {}) == text


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [("psnr", 0.5, "+0.50"), ("ssim", -0.01, "-0.0100"), ("psnr", np.nan, ""), ("x", 1, "+1.0000")],
)
def test_a_gain_has_its_sign_and_its_metrics_decimals(metric: str, value: float, text: str) -> None:
    assert metric_gain(value, {"metric": metric}) == text


@pytest.mark.parametrize(("value", "text"), [(0.125, "+12.5 %"), (-1.0, "-100.0 %"), (np.nan, "")])
def test_a_share_is_said_in_percent(value: float, text: str) -> None:
    assert percent(value, {}) == text
