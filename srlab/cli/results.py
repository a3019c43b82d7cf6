"""`srlab scores`, `leaderboard`, `rank` and `compare`: reading what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from srlab.cli.options import (
    FormatOption,
    JsonOption,
    LrKindOption,
    Metrics,
    Protocols,
    Scales,
    StoreOption,
)
from srlab.cli.output import Formatter, as_shown, metric_gain, metric_value, print_frame
from srlab.cli.terminal import INCOMPLETE, tell

if TYPE_CHECKING:
    import pandas as pd

    from srlab.store.store import Store

_SHOWN = 12
_SET = Annotated[
    list[str], typer.Option("-b", "--benchmark", metavar="NAME", help="Only these; repeatable.")
]
_MADE_BY = Annotated[
    str | None,
    typer.Option("--degradation", metavar="NAME", help="Only lr made in this way, or given."),
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
    degradation: _MADE_BY = None,
    lr_kind: LrKindOption = [],  # noqa: B006
    form: FormatOption = "table",
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Print every score, one a row.

    csv has exactly the columns
    benchmark,sample,scale,upscaler,metric,protocol,value,degradation,lr_kind.
    """
    from srlab.analysis.frames import scores as read

    opened, how = _open(store), _form(form, as_json)
    chosen = _filters(benchmark, scale, metric, protocol, degradation, lr_kind)
    frame = read(opened, upscalers=upscaler, **chosen)
    print_frame(as_shown(frame, how), how, formatters={"value": metric_value})
    _say_if_empty(frame, opened)
    _say_superseded(opened, upscaler)


def leaderboard(
    benchmark: _SET = [],  # noqa: B006
    upscaler: _UPSCALERS = [],  # noqa: B006
    scale: Scales = [],  # noqa: B006
    metric: Metrics = [],  # noqa: B006
    protocol: Protocols = [],  # noqa: B006
    degradation: _MADE_BY = None,
    lr_kind: LrKindOption = [],  # noqa: B006
    with_published: Annotated[
        bool, typer.Option("--published", help="Also what papers printed, with citation.")
    ] = False,
    form: FormatOption = "table",
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Print means with n and interval, the best first.

    One row for every benchmark, scale, lr, upscaler, metric and protocol. The mean is over finite
    values; identical images (infinite PSNR) count as 100 dB in order, interval and gain. The gain
    is over bicubic, in dB; the MSE reduction is 1 - mean MSE / mean MSE of bicubic.
    """
    from srlab.analysis.leaderboard import leaderboard as make
    from srlab.cli.boards import board_as_shown, board_formatters, board_notes

    opened, how = _open(store), _form(form, as_json)
    chosen = _filters(benchmark, scale, metric, protocol, degradation, lr_kind)
    board = make(opened, upscalers=upscaler, **chosen)
    notes = list(board_notes(board))
    if with_published and not board.empty:
        from srlab.analysis.published import with_published as join

        board, apart = join(board, opened)
        notes += apart
    print_frame(board_as_shown(board, how), how, formatters=board_formatters())
    _say_if_empty(board, opened)
    for note in notes:
        tell(f"note: {note}")
    _say_superseded(opened, upscaler)


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
    degradation: _MADE_BY = None,
    lr_kind: LrKindOption = [],  # noqa: B006
    form: FormatOption = "table",
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Print the best or the worst samples of an upscaler."""
    from srlab.analysis.ranking import COLUMNS
    from srlab.analysis.ranking import rank as make
    from srlab.metrics.catalog import METRICS

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
        lr_kinds=lr_kind,
    )
    how = _form(form, as_json)
    formatters: dict[str, Formatter] = {
        "value": metric_value,
        "baseline": metric_value,
        "gain": metric_gain,
    }
    print_frame(as_shown(table[COLUMNS], how), how, formatters=formatters)
    _say_if_empty(table, opened)
    if by == "gain" and (table[["value", "baseline"]] > METRICS[metric].highest).any(axis=None):
        tell(f"note: values above {METRICS[metric].highest:g} count as that in gains")
    _say_superseded(opened, [upscaler, baseline])


def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="An upscaler.")],
    b: Annotated[
        str | None, typer.Argument(metavar="[B]", help="The upscaler to hold it against.")
    ] = None,
    against: Annotated[
        Literal["all"] | None, typer.Option(help="Hold A against every other upscaler.")
    ] = None,
    benchmark: _SET = [],  # noqa: B006
    scale: Scales = [],  # noqa: B006
    metric: Metrics = [],  # noqa: B006
    protocol: Protocols = [],  # noqa: B006
    degradation: _MADE_BY = None,
    lr_kind: LrKindOption = [],  # noqa: B006
    form: FormatOption = "table",
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Hold an upscaler against another one, or against all.

    The gain is by how much A is better on the same images, positive when better, with its
    interval; then Wilcoxon's and the sign test, Wilcoxon's p after Holm over the family (all
    upscalers that the store holds against the same one), and on how many images A wins, loses,
    ties. Against all of one set and scale, also average ranks and Friedman's test.
    """
    from srlab.analysis.paired import compare as make
    from srlab.cli.comparisons import comparison_as_shown, comparison_formatters, say_comparison

    opened, how = _open(store), _form(form, as_json)
    chosen = _filters(benchmark, scale, metric, protocol, degradation, lr_kind)
    table = make(a, b, opened, against=against, **chosen)
    print_frame(comparison_as_shown(table, how), how, formatters=comparison_formatters())
    if how not in ("csv", "json"):
        say = typer.echo if how == "table" else tell
        say_comparison(table, opened, say, ranked=against is not None, chosen=chosen)
    _say_superseded(opened, [a, b] if b else [])


def _open(store: Any) -> Store:
    from srlab.store.store import Store

    return Store.open(store)


def _filters(
    benchmarks: list[str],
    scales: list[int],
    metrics: list[str],
    protocols: list[str],
    degradation: str | None,
    lr_kinds: list[str],
) -> dict[str, Any]:
    return {
        "benchmarks": benchmarks,
        "scales": scales,
        "metrics": metrics,
        "protocols": protocols,
        "degradation": degradation,
        "lr_kinds": lr_kinds,
    }


def _say_if_empty(frame: pd.DataFrame, store: Store) -> None:
    """Where nothing was found, say what there is and leave with "something is missing"."""
    if not frame.empty:
        return
    tell("nothing stored matches. Stored are:")
    for column in ("benchmark", "scale", "upscaler", "metric", "protocol", "degradation"):
        rows = store.rows(f'SELECT DISTINCT "{column}" FROM scores ORDER BY ALL')
        names = [str(name) for (name,) in rows]
        more = f", and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        tell(f"  {column:<11}  {', '.join(names[:_SHOWN])}{more}")
    raise typer.Exit(INCOMPLETE)


def _say_superseded(store: Store, upscalers: list[str | None] | list[str]) -> None:
    """Name scores that are kept and not shown, of these upscalers or of any."""
    from srlab.analysis.frames import superseded

    for row in superseded(store).to_dict("records"):
        if not upscalers or row["upscaler"] in upscalers:
            tell(
                f"note: {row['scores']} scores of {row['upscaler']} x{row['scale']} are superseded "
                "and not shown: other weights, or another precision or tile, carry that label since"
            )


def _form(form: str, as_json: bool) -> str:
    return "json" if as_json else form
