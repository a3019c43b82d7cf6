"""`srlab store info|check|compact|gc`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from srlab.cli.options import JsonOption, StoreOption
from srlab.cli.terminal import INCOMPLETE, printable

if TYPE_CHECKING:
    from srlab.store.upkeep import Leftovers

store_app = typer.Typer(
    help="Look after the store: count, check, merge, clean.",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(store_app, name="store")


@store_app.command()
def info(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Count rows, images, shards and bytes."""
    from srlab.store.store import Store
    from srlab.store.upkeep import summary

    opened = Store.open(store)
    facts = summary(opened)
    if as_json:
        typer.echo(json.dumps([{"store": str(opened.root), **facts}]))
        return
    typer.echo(printable(str(opened.root)))
    for name, count in facts.items():
        shown = f"{count / 1e6:,.1f} MB" if name == "bytes" else f"{count:,}"
        typer.echo(f"  {name:<11} {shown:>11}")


@store_app.command()
def check(store: StoreOption = None) -> None:
    """Name what is damaged or gone.

    Every shard and image is read. Exit code 3 where one is damaged or missing; files that killed
    processes left behind are counted, and are no damage.
    """
    from srlab.store.store import Store
    from srlab.store.upkeep import check as find
    from srlab.store.upkeep import leftovers

    opened = Store.open(store)
    problems = list(find(opened))
    for problem in problems:
        typer.echo(printable(f"{problem.path}: {problem.what}"))
    found = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
    typer.echo(found if problems else "everything is as it should be")
    if problems:
        raise typer.Exit(INCOMPLETE)
    left = leftovers(opened)
    if left.old:
        typer.echo(f"{_files(len(left.old))} nothing refers to; `srlab store gc` removes them")
    _say_young(left)


def _files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"


def _say_young(left: Leftovers) -> None:
    """What may belong to a process at work, or was left by one that was killed just now."""
    if left.young:
        typer.echo(
            f"{_files(len(left.young))} nothing refers to yet, under an hour old; `srlab store gc` "
            "removes what is left of them then"
        )


@store_app.command()
def compact(store: StoreOption = None) -> None:
    """Merge many small shards into few.

    Other processes may go on working.
    """
    from srlab.store.store import Store
    from srlab.store.upkeep import compact as merge

    typer.echo(f"{merge(Store.open(store))} shards merged")


@store_app.command()
def gc(store: StoreOption = None) -> None:
    """Remove images that no score refers to.

    And what killed processes left behind; both once they are an hour old.
    """
    from srlab.store.store import Store
    from srlab.store.upkeep import gc as clean

    done = clean(Store.open(store))
    typer.echo(f"{_files(len(done.old))} removed, {done.old_bytes / 1e6:,.1f} MB freed")
    _say_young(done)


@store_app.command()
def forget(
    benchmark: Annotated[
        str, typer.Option("-b", "--benchmark", metavar="NAME", help="Of which set.")
    ],
    sample: Annotated[
        list[str], typer.Option("--sample", metavar="NAME", help="Only of these; repeatable.")
    ] = [],  # noqa: B006
    lr_kind: Annotated[
        list[str],
        typer.Option("--lr-kind", metavar="KIND", help="Only scores of this given lr; repeatable."),
    ] = [],  # noqa: B006
    store: StoreOption = None,
) -> None:
    """Remove the rows of a set, or of some of its images, or of one lr.

    Scores, predictions and failures of a set that was named wrongly, or of images or lr that left
    it; their pictures go with `gc`.
    """
    from srlab.store.store import Store
    from srlab.store.upkeep import forget as remove

    scores, predictions = remove(Store.open(store), benchmark, sample, lr_kind)
    typer.echo(f"{scores} scores and {predictions} predictions removed")
