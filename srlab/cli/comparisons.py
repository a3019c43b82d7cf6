"""A comparison of upscalers as a person reads it, and what must be said below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from srlab.cli.output import Formatter, as_shown, metric_gain, number, p_value

if TYPE_CHECKING:
    import pandas as pd

    from srlab.store.store import Store

_NAMED = 3


def comparison_as_shown(table: pd.DataFrame, form: str) -> pd.DataFrame:
    """`table` for people: notes stand below it."""
    if form in ("csv", "json"):
        return table
    return as_shown(table, form).drop(columns=["note", "interval"])


def comparison_formatters() -> dict[str, Formatter]:
    """How the cells of such a table are printed."""
    return {
        **dict.fromkeys(("gain", "low", "high"), metric_gain),
        **dict.fromkeys(("wilcoxon_p", "sign_p", "holm_p"), p_value),
        **dict.fromkeys(("wins", "losses", "ties"), number(0)),
    }


def say_comparison(
    table: pd.DataFrame, store: Store, say: Callable, *, ranked: bool, chosen: dict[str, Any]
) -> None:
    """Tell what holm's p is over, which rows too few images decide, and average ranks."""
    families = sorted({int(family) for family in table["family"]})
    over = " or ".join(map(str, families))
    one = "comparison" if families == [1] else "comparisons"
    against = table["a"].iloc[0] if ranked else table["b"].iloc[0]
    say(
        f"note: holm p: over {over} {one}, all that the store holds against {against} in a row's "
        "set, scale, lr, metric and protocol"
    )
    for note, rows in table[table["note"] != ""].groupby("note", sort=False):
        say(f"note: {_places(rows, of=len(table))}{note}")
    places = table[["benchmark", "scale", "degradation", "lr_kind"]].drop_duplicates()
    if ranked and len(places) == 1:
        [place] = places.to_dict("records")
        _say_ranks(store, say, chosen, place)


def _places(rows: pd.DataFrame, *, of: int) -> str:
    """Which rows a note is about; nothing where it is about all of them."""
    if len(rows) == of:
        return ""
    named = [
        f"{row['benchmark']} x{row['scale']} {row['metric']} {row['a']} and {row['b']}"
        for row in rows.to_dict("records")
    ]
    more = f" and {len(named) - _NAMED} more rows" if len(named) > _NAMED else ""
    return f"{'; '.join(named[:_NAMED])}{more}: "


def _say_ranks(
    store: Store, say: Callable, chosen: dict[str, Any], place: Mapping[Any, Any]
) -> None:
    from srlab.analysis.average_ranks import average_ranks
    from srlab.analysis.frames import scores

    rows = scores(store, **chosen)
    for name, value in place.items():
        rows = rows[rows[name] == value]
    table = average_ranks(rows)
    for (metric, protocol), rows in table.groupby(["metric", "protocol"], sort=False):
        first = rows.iloc[0]
        p = p_value(float(first["friedman_p"]), {})
        told = ", ".join(
            f"{row['upscaler']} {row['average_rank']:.2f}" for row in rows.to_dict("records")
        )
        say(
            f"average ranks of {metric} under {protocol}, {first['n']} images (Friedman's test: "
            f"p {p if p.startswith('<') else f'= {p}'}): {told}"
        )
