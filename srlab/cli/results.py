"""`srlab scores`, `leaderboard`, `rank` and `compare`: reading what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from srlab.cli.options import (
    DegradationOption,
    FormatOption,
    JsonOption,
    Metrics,
    Protocols,
    Scales,
    StoreOption,
)
from srlab.cli.output import (
    Formatter,
    metric_gain,
    metric_value,
    number,
    p_value,
    percent,
    print_frame,
)
from srlab.cli.terminal import INCOMPLETE, tell

if TYPE_CHECKING:
    import pandas as pd

    from srlab.store.store import Store

_SHOWN = 12
_SET = Annotated[
    list[str], typer.Option("-b", "--benchmark", metavar="NAME", help="Only these; repeatable.")
]
_UPSCALERS = Annotated[
    list[str], typer.Option("-u", "--upscaler", metavar="NAME", help="Only these; repeatable.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (scores, leaderboard, rank, compare):
        app.command()(command)


def scores(
    benchmark: _SET = [],  # noqa: B006
    upscaler: _UPSCALERS = [],  # noqa: B006
    scale: Scales = [],  # noqa: B006
    metric: Metrics = [],  # noqa: B006
    protocol: Protocols = [],  # noqa: B006
    degradation: DegradationOption = None,
    form: FormatOption = "table",
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Print every score, one a row.

    csv has exactly the columns benchmark,sample,scale,upscaler,metric,protocol,value.
    """
    from srlab.analysis.frames import scores as read

    opened, chosen = _open(store), _filters(benchmark, scale, metric, protocol, degradation)
    frame = read(opened, upscalers=upscaler, **chosen)
    print_frame(frame, _form(form, as_json), formatters={"value": metric_value})
    _say_if_empty(frame, opened)


def leaderboard(
    benchmark: _SET = [],  # noqa: B006
    upscaler: _UPSCALERS = [],  # noqa: B006
    scale: Scales = [],  # noqa: B006
    metric: Metrics = [],  # noqa: B006
    protocol: Protocols = [],  # noqa: B006
    degradation: DegradationOption = None,
    with_published: Annotated[
        bool, typer.Option("--published", help="Also what papers printed, with citation.")
    ] = False,
    form: FormatOption = "table",
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Print means with n and interval, the best first.

    One row for every benchmark, scale, upscaler, metric and protocol; infinite values (identical
    images) are counted and left out. The gain is over bicubic, in dB; the MSE reduction is
    1 - mean MSE / mean MSE of bicubic.
    """
    import pandas as pd

    from srlab.analysis.frames import superseded
    from srlab.analysis.leaderboard import in_catalog_order
    from srlab.analysis.leaderboard import leaderboard as make
    from srlab.analysis.published import published

    opened, chosen = _open(store), _filters(benchmark, scale, metric, protocol, degradation)
    board = make(opened, upscalers=upscaler, **chosen)
    if with_published and not board.empty:
        cells = ["benchmark", "scale", "metric", "protocol"]
        printed = published().merge(board[cells].drop_duplicates(), on=cells)
        board = in_catalog_order(pd.concat([board, printed], ignore_index=True))
        board["citation"] = board["citation"].fillna("")
        board = board.astype({"n": "Int64", "infinite": "Int64"})
    formatters = {
        **dict.fromkeys(("mean", "low", "high"), metric_value),
        "n": number(0),
        "infinite": lambda value, row: "" if value == 0 else number(0)(value, row),
        "interval": lambda value, row: value if isinstance(value, str) else "",
        "gain": number(2, signed=True),
        "mse_reduction": percent,
    }
    print_frame(board, _form(form, as_json), formatters=formatters)
    _say_if_empty(board, opened)
    for row in superseded(opened).to_dict("records"):
        tell(
            f"note: {row['scores']} scores of {row['upscaler']} x{row['scale']} are superseded: "
            "other weights, or another precision or tile, carry that label since"
        )


def rank(
    upscaler: Annotated[
        str, typer.Option("-u", "--upscaler", metavar="NAME", help="Whose samples are ranked.")
    ],
    metric: Annotated[
        str, typer.Option("-m", "--metric", metavar="NAME", help="What they are ranked by.")
    ] = "psnr",
    by: Annotated[
        Literal["value", "gain"], typer.Option(help="The metric's value, or its gain.")
    ] = "value",
    baseline: Annotated[
        str, typer.Option(metavar="NAME", help="The upscaler that a gain is over.")
    ] = "bicubic",
    worst: Annotated[bool, typer.Option("--worst", help="Begin with the worst.")] = False,
    top: Annotated[int, typer.Option(metavar="N", min=1, help="How many to print.")] = 10,
    benchmark: _SET = [],  # noqa: B006
    scale: Scales = [],  # noqa: B006
    protocol: Annotated[
        str, typer.Option(metavar="NAME", help="The protocol they were scored under.")
    ] = "paper-y",
    degradation: DegradationOption = None,
    form: FormatOption = "table",
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Print the best or the worst samples of an upscaler."""
    from srlab.analysis.ranking import COLUMNS
    from srlab.analysis.ranking import rank as make

    opened = _open(store)
    table = make(
        upscaler,
        opened,
        metric=metric,
        protocol=protocol,
        baseline=baseline,
        by=by,
        worst=worst,
        top=top,
        benchmarks=benchmark,
        scales=scale,
        degradation=degradation,
    )
    formatters: dict[str, Formatter] = {
        "value": metric_value,
        "baseline": metric_value,
        "gain": metric_gain,
    }
    print_frame(table[COLUMNS], _form(form, as_json), formatters=formatters)
    _say_if_empty(table, opened)


def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="An upscaler.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The upscaler to hold it against.")],
    benchmark: _SET = [],  # noqa: B006
    scale: Scales = [],  # noqa: B006
    metric: Metrics = [],  # noqa: B006
    protocol: Protocols = [],  # noqa: B006
    degradation: DegradationOption = None,
    form: FormatOption = "table",
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Hold two upscalers against each other.

    A minus B on the same images: mean difference with its interval, Wilcoxon's and the sign test,
    Wilcoxon's p after Holm over all rows printed, and on how many images A wins, loses, ties.
    """
    from srlab.analysis.paired import compare as make

    chosen = _filters(benchmark, scale, metric, protocol, degradation)
    table = make(a, b, _open(store), **chosen)
    formatters = {
        **dict.fromkeys(("difference", "low", "high"), metric_gain),
        **dict.fromkeys(("wilcoxon_p", "sign_p", "holm_p"), p_value),
        **dict.fromkeys(("wins", "losses", "ties"), number(0)),
    }
    if _form(form, as_json) != "table":
        print_frame(table, _form(form, as_json), formatters=formatters)
        return
    print_frame(table.drop(columns=["note"]), "table", formatters=formatters)
    for note in dict.fromkeys(table["note"]):
        if note:
            typer.echo(f"note: {note}")


def _open(store: Any) -> Store:
    from srlab.store.store import Store

    return Store.open(store)


def _filters(
    benchmarks: list[str],
    scales: list[int],
    metrics: list[str],
    protocols: list[str],
    degradation: str | None,
) -> dict[str, Any]:
    return {
        "benchmarks": benchmarks,
        "scales": scales,
        "metrics": metrics,
        "protocols": protocols,
        "degradation": degradation,
    }


def _say_if_empty(frame: pd.DataFrame, store: Store) -> None:
    """Where nothing was found, say what there is and leave with "something is missing"."""
    if not frame.empty:
        return
    tell(
        "nothing stored matches; --degradation NAME shows what was made in another way than the "
        "standard one. Stored are:"
    )
    for column in ("benchmark", "scale", "upscaler", "metric", "protocol"):
        rows = store.rows(f'SELECT DISTINCT "{column}" FROM scores ORDER BY ALL')
        names = [str(name) for (name,) in rows]
        more = f", and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        tell(f"  {column:<9}  {', '.join(names[:_SHOWN])}{more}")
    raise typer.Exit(INCOMPLETE)


def _form(form: str, as_json: bool) -> str:
    return "json" if as_json else form
