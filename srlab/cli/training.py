"""`srlab prepare`, `srlab train` and `srlab history`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from srlab.cli.options import DeviceOption, FormatOption, JsonOption, StoreOption
from srlab.cli.terminal import INCOMPLETE, tell

RecipeArgument = Annotated[
    str,
    typer.Argument(
        metavar="RECIPE", help="A recipe's name (`srlab show recipes`) or its .toml file."
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="FOLDER", help="Where results go (default: the recipe's name)."),
]
DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="FOLDER",
        help="What folders in the recipe count from (default: the recipe's own folder, for a "
        "recipe of srlab the current one).",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(prepare)
    app.command()(train)
    app.command()(history)


def prepare(recipe: RecipeArgument, out: OutOption = None, data: DataOption = None) -> None:
    """Cut the patches of an upscaler's recipe into an HDF5.

    How many and how large is said first. An interrupted preparation goes on when it is repeated.
    """
    from srlab.cli.progress import make_progress
    from srlab.errors import RecipeError
    from srlab.train.patches import plan_patches
    from srlab.train.patches import prepare as prepare_patches
    from srlab.train.recipe import find_recipe
    from srlab.train.upscaler_recipe import Source, UpscalerRecipe

    plan = find_recipe(recipe, data=data)
    if not isinstance(plan, UpscalerRecipe):
        raise RecipeError(
            f"{plan.name} is a recipe of a {plan.kind}, whose pictures need no preparation; "
            f"`srlab train {recipe}` begins at once"
        )
    if plan.patches.source is not Source.PREPARED:
        raise RecipeError(
            f"{plan.name} cuts its crops while it trains, and would not read prepared patches; "
            f'`srlab train {recipe}` begins at once, or set source = "prepared" in its [patches]'
        )
    typer.echo(plan_patches(plan).in_words(), err=True)
    path = prepare_patches(plan, out=out or Path(plan.name), progress=make_progress())
    typer.echo(f"{path}: {path.stat().st_size / 1e6:,.1f} MB")


def train(
    recipe: RecipeArgument,
    out: OutOption = None,
    data: DataOption = None,
    device: DeviceOption = "auto",
    store: StoreOption = None,
) -> None:
    """Train an upscaler or a classifier as a recipe says.

    An upscaler is left as NAME.safetensors, which -u takes, and judged by PSNR; a classifier as
    the folder NAME in Hugging Face format, which --classifier takes, and judged by accuracy.

    An interrupted training goes on when it is repeated; at most a minute is lost. On several GPUs:
    `accelerate launch --num_processes N -m srlab.cli train RECIPE`.
    """
    from srlab.cli.progress import make_progress
    from srlab.store.store import Store
    from srlab.train.loop import train as run_training
    from srlab.train.recipe import find_recipe
    from srlab.train.resume import follows

    plan = find_recipe(recipe, data=data)
    result = run_training(
        plan,
        out=out or Path(plan.name),
        store=Store.create(store),
        device=device,
        progress=make_progress(),
    )
    if follows():
        return
    typer.echo(result.told)


def history(
    training: Annotated[
        list[str], typer.Argument(metavar="[TRAINING]...", help="Whose epochs; all by default.")
    ] = [],  # noqa: B006
    form: FormatOption = "table",
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Print how trainings went, one a row.

    Of those that are named every epoch is printed.
    """
    from srlab.analysis.history import history as read
    from srlab.analysis.history import trainings
    from srlab.cli.output import number, print_frame
    from srlab.cli.progress import clock
    from srlab.store.store import Store

    opened = Store.open(store)
    epochs = read(training, opened)
    if epochs.empty:
        tell(f"no training is stored in {opened.root}; `srlab train RECIPE` adds one")
        raise typer.Exit(INCOMPLETE)
    frame = epochs if training else trainings(frame=epochs)
    form = "json" if as_json else form
    if form not in ("csv", "json"):
        frame = frame.rename(columns={"seconds": "time", "peak_bytes": "peak_memory"})
    formatters = {
        **dict.fromkeys(("loss", "validation_loss"), number(5)),
        **dict.fromkeys(("psnr", "started_at"), number(2)),
        "accuracy": number(3),
        "rate": _rate,
        "time": lambda value, row: clock(value),
        "peak_memory": _bytes,
        "best": lambda value, row: "best" if value else "",
        **dict.fromkeys(("protocol", "validation"), _text),
    }
    print_frame(frame, form, formatters=formatters)


def _rate(value: Any, row: Mapping[str, Any]) -> str:
    del row
    return f"{value:.2e}"


def _bytes(value: Any, row: Mapping[str, Any]) -> str:
    del row
    return f"{value / 1e9:.2f} GB"


def _text(value: Any, row: Mapping[str, Any]) -> str:
    del row
    return value if isinstance(value, str) else ""
