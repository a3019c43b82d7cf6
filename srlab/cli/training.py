"""`srlab prepare` and `srlab train`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from srlab.cli.options import DeviceOption, StoreOption

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


def prepare(recipe: RecipeArgument, out: OutOption = None, data: DataOption = None) -> None:
    """Cut the patches of an upscaler's recipe into an HDF5.

    How many and how large is said first. An interrupted preparation goes on when it is repeated.
    """
    from srlab.cli.progress import make_progress
    from srlab.errors import RecipeError
    from srlab.train.patches import plan_patches
    from srlab.train.patches import prepare as prepare_patches
    from srlab.train.recipe import find_recipe
    from srlab.train.upscaler_recipe import UpscalerRecipe

    plan = find_recipe(recipe, data=data)
    if not isinstance(plan, UpscalerRecipe):
        raise RecipeError(
            f"{plan.name} is a recipe of a {plan.kind}, whose pictures need no preparation; "
            f"`srlab train {recipe}` begins at once"
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
    typer.echo(
        f"{result.best}: {result.in_words} on validation, "
        f"epoch {result.epoch} of {plan.training.epochs}, {result.seconds:,.0f} s"
    )
