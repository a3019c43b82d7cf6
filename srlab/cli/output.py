"""Prints frames: as a table for people, or as csv, json, md, latex for other programs."""

from __future__ import annotations

import json
import math
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from srlab.cli.terminal import printable
from srlab.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

FORMATS = ("table", "csv", "json", "md", "latex")
Formatter = Callable[[Any, Mapping[str, Any]], str]


def print_frame(
    frame: pd.DataFrame, form: str, *, formatters: Mapping[str, Formatter] | None = None
) -> None:
    """Write `frame` to standard output; `formatters` make cells readable where people read them.

    csv and json hold full precision; infinity is `inf`, what is absent is empty or null.
    """
    if form not in FORMATS:
        raise UsageError(f"{form!r} is no format; expected one of {', '.join(FORMATS)}")
    if form == "csv":
        from srlab.analysis.csv_text import csv_of

        sys.stdout.write(csv_of(frame))
    elif form == "json":
        sys.stdout.write(json.dumps(_records(frame), ensure_ascii=False, indent=1) + "\n")
    else:
        header, rows = _text(frame, formatters or {})
        writer = {"table": _write_table, "md": _write_markdown, "latex": _write_latex}[form]
        writer(header, rows)


def as_shown(frame: pd.DataFrame, form: str) -> pd.DataFrame:
    """`frame` for people: one column `lr` in the place of `degradation` and `lr_kind`.

    It says how lr was made, or "given"; where a set has several kinds of given lr, which. csv and
    json keep both columns.
    """
    if form in ("csv", "json") or frame.empty:
        return frame
    kinds = frame.groupby(["benchmark", "scale", "degradation"])["lr_kind"].transform("nunique")
    named = frame["lr_kind"].where(frame["lr_kind"] != "", "given")
    shown = frame.assign(degradation=frame["degradation"].where(kinds < 2, named))
    return shown.drop(columns=["lr_kind"]).rename(columns={"degradation": "lr"})


def number(decimals: int, *, signed: bool = False) -> Formatter:
    """Formats a float with so many decimals; absent values stay empty."""

    def formatter(value: Any, row: Mapping[str, Any]) -> str:
        del row
        if _is_absent(value):
            return ""
        text = f"{value:{'+' if signed else ''}.{decimals}f}"
        return text.lstrip("+-") if not text.strip("+-0.") else text

    return formatter


def metric_value(value: Any, row: Mapping[str, Any]) -> str:
    """A value with the decimals of the metric that its row names."""
    from srlab.metrics.catalog import METRICS

    name = row["metric"]
    return number(METRICS[name].decimals if name in METRICS else 4)(value, row)


def metric_gain(value: Any, row: Mapping[str, Any]) -> str:
    """A difference of two values of a metric, with its sign."""
    text = metric_value(value, row)
    return text if text.startswith("-") or not text.strip("0.") else f"+{text}"


def p_value(value: Any, row: Mapping[str, Any]) -> str:
    """A p value with three significant digits, or that it is smaller than 0.0001."""
    del row
    return "<0.0001" if value < 1e-4 else f"{value:.3g}"


def percent(value: Any, row: Mapping[str, Any]) -> str:
    """A share as percent with one decimal."""
    text = number(1, signed=True)(value * 100, row)
    return f"{text} %" if text else ""


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): _plain(value) for name, value in row.items()}
        for row in frame.to_dict(orient="records")
    ]


def _is_absent(value: Any) -> bool:
    import pandas as pd

    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def _plain(value: Any) -> Any:
    if _is_absent(value):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return "inf" if value > 0 else "-inf"
    if isinstance(value, bytes | bytearray):
        return bytes(value).hex()
    return value if isinstance(value, str | int | float | list) else value.item()


def _text(
    frame: pd.DataFrame, formatters: Mapping[str, Formatter]
) -> tuple[list[str], list[list[str]]]:
    header = [str(name) for name in frame.columns]
    rows = []
    for record in frame.to_dict(orient="records"):
        row = {str(name): value for name, value in record.items()}
        rows.append(
            [
                printable(formatters[n](row[n], row) if n in formatters else str(row[n]))
                for n in header
            ]
        )
    keep = [i for i, _ in enumerate(header) if not rows or any(row[i] for row in rows)]
    return [header[i].replace("_", " ") for i in keep], [[row[i] for i in keep] for row in rows]


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[<+-]?([\d.]+( %)?|inf)|", text) is not None


def _write_table(header: list[str], rows: list[list[str]]) -> None:
    """A table; on a terminal too narrow for it, what all rows share stands once above it."""
    if not rows:
        return
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else sys.maxsize
    if len(rows) == 1 and _width(header, rows) > room:
        for name, cell in zip(header, rows[0], strict=True):
            sys.stdout.write(f"{name:<{max(map(len, header))}}  {cell}\n")
        return
    if _width(header, rows) > room:
        header, rows = _lift_shared(header, rows)
    gap = "  " if _width(header, rows) <= room else " "
    right = [all(_is_number(row[i]) for row in rows) for i in range(len(header))]
    widths = _widths(header, rows)
    for row in [header, ["-" * width for width in widths], *rows]:
        cells = [
            cell.rjust(width) if numeric else cell.ljust(width)
            for cell, width, numeric in zip(row, widths, right, strict=True)
        ]
        sys.stdout.write(gap.join(cells).rstrip() + "\n")


_NAMES = ("benchmark", "scale", "upscaler", "metric", "protocol", "lr", "a", "b", "n", "family")
"""Columns that say what a row is about; results always stay in their row."""


def _lift_shared(header: list[str], rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    shared = [
        i for i, name in enumerate(header) if name in _NAMES and len({row[i] for row in rows}) == 1
    ]
    own = [i for i in range(len(header)) if i not in shared]
    if not shared:
        return header, rows
    said = ", ".join(f"{header[i]} {rows[0][i]}" for i in shared)
    sys.stdout.write(f"{said}\n\n")
    return [header[i] for i in own], [[row[i] for i in own] for row in rows]


def _widths(header: list[str], rows: list[list[str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(header, *rows, strict=True)]


def _width(header: list[str], rows: list[list[str]]) -> int:
    return sum(_widths(header, rows)) + 2 * (len(header) - 1)


def _write_markdown(header: list[str], rows: list[list[str]]) -> None:
    from srlab.report.markdown import escape

    right = [all(_is_number(row[i]) for row in rows) for i in range(len(header))]
    rule = ["--:" if numeric else "---" for numeric in right]
    escaped = [[escape(cell) for cell in row] for row in [header, *rows]]
    for row in [escaped[0], rule, *escaped[1:]]:
        sys.stdout.write(f"| {' | '.join(row)} |\n")


def _write_latex(header: list[str], rows: list[list[str]]) -> None:
    right = [all(_is_number(row[i]) for row in rows) for i in range(len(header))]
    columns = "".join("r" if numeric else "l" for numeric in right)
    lines = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", _latex_row(header), r"\midrule"]
    lines += [_latex_row(row) for row in rows]
    sys.stdout.write("\n".join([*lines, r"\bottomrule", r"\end{tabular}"]) + "\n")


def _latex_row(cells: list[str]) -> str:
    escapes = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    escapes |= {c: f"\\{c}" for c in "&%$#_{}"}
    return " & ".join("".join(escapes.get(c, c) for c in cell) for cell in cells) + r" \\"
