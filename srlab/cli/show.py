"""`srlab show …`: what the catalogs hold."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from srlab.cli.options import DeviceOption, JsonOption, PrecisionOption
from srlab.errors import CheckpointMismatchError

if TYPE_CHECKING:
    from srlab.train.recipe import Recipe
    from srlab.upscale.shipped_nets import ShippedNet

Row = dict[str, Any]

show_app = typer.Typer(help="List benchmarks, upscalers, metrics and more.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(show_app, name="show")
    for name, (rows, text) in _LISTS.items():
        show_app.command(name, help=text)(_command(rows))
    show_app.command("upscalers")(upscalers)
    show_app.command("upscaler")(upscaler)
    show_app.command("recipe")(recipe)


def _command(rows: Callable[[], list[Row]]) -> Callable[..., None]:
    def command(as_json: JsonOption = False) -> None:
        _print(rows(), as_json)

    return command


def upscaler(
    what: Annotated[str, typer.Argument(help="Anything that -u takes.", metavar="UPSCALER")],
    scale: Annotated[int, typer.Option("-s", "--scale", help="2, 3, 4 or 8.", metavar="N")],
    device: DeviceOption = "auto",
    precision: PrecisionOption = "fp32",
    as_json: JsonOption = False,
) -> None:
    """What one upscaler is and costs, and its speed here."""
    from srlab.upscale.cost import upscaler_facts

    facts = upscaler_facts(what, scale, device=device, precision=precision)
    _print([{"fact": name, "value": value} for name, value in facts.items()], as_json)


def upscalers(
    time: Annotated[
        bool, typer.Option("--time", help="Also load each and time it here: seconds for 720p.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Built-in upscalers, and what else -u takes."""
    rows = _upscalers()
    if time:
        rows = [_timed(row) for row in rows]
    _print(rows, as_json)


def _timed(row: Row) -> Row:
    """The row with the warm seconds of a 1280x720 sr, empty where the row is no one upscaler."""
    from srlab.upscale.catalog import describe, is_named
    from srlab.upscale.cost import warm_seconds

    seconds: float | str = ""
    if is_named(row["name"]):
        seconds = round(warm_seconds(describe(row["name"], row["scale"] or 2)), 3)
    at = list(row).index("what")
    items = list(row.items())
    return dict([*items[:at], ("seconds_hd", seconds), *items[at:]])


def recipe(
    name: Annotated[str, typer.Argument(help="Of `srlab show recipes`.", metavar="NAME")],
) -> None:
    """Print a recipe that comes along, to be changed and trained.

    `srlab show recipe NAME > mine.toml`, then `srlab train mine.toml`.
    """
    from srlab.train.recipe import RECIPES

    sys.stdout.write(RECIPES[name].path.read_text(encoding="utf-8"))


def _benchmarks() -> list[Row]:
    from srlab.data.catalog import BENCHMARKS

    return [
        {
            "name": row.name,
            "images": row.count,
            "scales": " ".join(map(str, row.scales)),
            "source": row.source,
            "licence": row.licence,
            "note": row.note,
        }
        for row in BENCHMARKS
    ]


def _upscalers() -> list[Row]:
    from srlab.upscale.catalog import UPSCALERS
    from srlab.upscale.shipped_nets import SHIPPED

    listed: list[Row] = [{"name": row.name, "what": row.title} for row in UPSCALERS]
    listed += [_shipped(net, scale) for net in SHIPPED for scale in net.scales]
    listed += [
        {
            "name": "FILE",
            "what": "weights: srlab's, SRCNN's, EDSR's, any architecture of spandrel",
        },
        {"name": "hf:ORG/NAME", "what": "a Swin2SR of the hub, through transformers"},
        {"name": "py:module:factory", "what": "your own torch module; imported only when named"},
        {"name": "outputs:FOLDER", "what": "ready sr images of any other program"},
        {"name": "NAME=…", "what": "any of these under a name of your own"},
        {"name": "…+ensemble", "what": "a net's mean over eight flips and rotations"},
        {"name": "…+replicate", "what": "a net trained without padding, borders replicated"},
        {"name": "…+correct[=T]", "what": "pixels over T (64) levels off bilinear are replaced"},
    ]
    return [{column: row.get(column, "") for column in _UPSCALER_COLUMNS} for row in listed]


_UPSCALER_COLUMNS = ("name", "scale", "parameters", "macs_lr_mp", "macs_hd", "sees", "what", "note")


def _shipped(net: ShippedNet, scale: int) -> Row:
    """What the header of a shipped file tells; `sees` counts pixels of the net's input."""
    from srlab.nets.header import read_header_file
    from srlab.upscale.headers import facts_of

    header = read_header_file(net.path(scale))
    if header is None:
        raise CheckpointMismatchError(f"{net.path(scale)} is no checkpoint of srlab's")
    told, cost = facts_of(header), header.facts.get("cost", {})
    note = f"{told.get('licence', '')} licence, trained on {told.get('training_data', '')}"
    return {
        "name": net.name,
        "scale": scale,
        "parameters": cost.get("parameters", ""),
        "macs_lr_mp": cost.get("macs_per_megapixel", ""),
        "macs_hd": cost.get("macs_hd", ""),
        "sees": 2 * header.spec.receptive_radius + 1,
        "what": net.title,
        "note": f"{note}; {net.card.name} tells more",
    }


def _architectures() -> list[Row]:
    from srlab.nets.spec import ARCHITECTURES

    return [
        {"name": row.name, "what": row.title, "citation": row.citation} for row in ARCHITECTURES
    ]


def _classifiers() -> list[Row]:
    from srlab.classifiers.catalog import CLASSIFIERS

    listed = [
        {
            "name": row.name,
            "what": row.title,
            "images": row.images,
            "classes": row.classes,
            "source": row.source,
            "licence": row.licence,
        }
        for row in CLASSIFIERS
    ]
    others = {
        "FOLDER": "any image classifier in Hugging Face format",
        "hf:ORG/NAME": "one of the hub",
        "NAME=…": "any of these under a name of your own",
    }
    empty = dict.fromkeys(listed[0], "")
    return listed + [{**empty, "name": name, "what": what} for name, what in others.items()]


def _metrics() -> list[Row]:
    from srlab.metrics.catalog import MEASURE_PARTS, METRICS

    return [
        {
            "name": row.name,
            "better": row.direction.value,
            "unit": row.unit,
            "looks at": row.kind.value,
            "honours": "all" if row.honours == MEASURE_PARTS else " ".join(sorted(row.honours)),
            "backbone": row.backbone or "",
        }
        for row in METRICS
    ]


def _protocols() -> list[Row]:
    from srlab.metrics.protocol import PROTOCOLS

    return [
        {"name": row.name, "how": row.in_words(), "known as": row.known_as} for row in PROTOCOLS
    ]


def _degradations() -> list[Row]:
    from srlab.data.degradation import DEGRADATIONS

    return [{"name": row.name, "what": row.title} for row in DEGRADATIONS]


def _recipes() -> list[Row]:
    from srlab.train.recipe import RECIPES, find_recipe

    recipes = [find_recipe(row.name) for row in RECIPES]
    return [
        {
            "name": recipe.name,
            "kind": recipe.kind,
            "what": recipe.title,
            "reproduces": " ".join(recipe.reproduces.split()),
            "images": _images_of(recipe),
            "starts from": recipe.training.start_from,
        }
        for recipe in recipes
    ]


def _images_of(recipe: Recipe) -> str:
    """What it trains on: folders below `--data`, or a set of pictures with classes."""
    return getattr(recipe.data, "images", "") or " ".join(getattr(recipe.data, "folders", ()))


_LISTS: dict[str, tuple[Callable[[], list[Row]], str]] = {
    "benchmarks": (_benchmarks, "Known sets, with source and licence."),
    "architectures": (_architectures, "Nets that srlab builds itself."),
    "classifiers": (_classifiers, "Known classifiers, and what else --classifier takes."),
    "metrics": (_metrics, "Metrics, and what of a protocol they honour."),
    "protocols": (_protocols, "Scoring protocols, in words."),
    "recipes": (_recipes, "Recipes of trainings that come with srlab."),
    "degradations": (_degradations, "Ways to make lr from hr."),
}


def _print(rows: list[Row], as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
        return
    if not sys.stdout.isatty():
        writer = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return
    _print_table(rows)


def _print_table(rows: list[Row]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    columns = [name for name in rows[0] if name != "note"]
    for name in columns:
        right = all(isinstance(row[name], int) or row[name] == "" for row in rows)
        table.add_column(
            _TITLES.get(name, name),
            overflow="fold",
            no_wrap=name in ("name", "source"),
            justify="right" if right else "left",
        )
    for row in rows:
        table.add_row(*[_TITLES.get(cell := _shown(row[name]), cell) for name in columns])
    console = Console(markup=False, highlight=False)
    console.print(table)
    for name, note in dict.fromkeys((row.get("name"), row.get("note")) for row in rows):
        if note:
            console.print(f"\n{name}: {note}")


_TITLES = {
    "macs_lr_mp": "multiply-adds per lr megapixel",
    "macs_per_megapixel": "multiply-adds per lr megapixel",
    "macs_hd": "multiply-adds 720p",
    "seconds_hd": "seconds 720p",
    "receptive_radius": "receptive radius, px",
    "sees": "sees, px",
}
_PREFIXES = ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k"))


def _shown(value: object) -> str:
    """A cell's text; large counts with three digits and a prefix."""
    if not isinstance(value, int):
        return str(value)
    for unit, prefix in _PREFIXES:
        if value >= 10 * unit or (unit > 1000 and value >= unit):
            return f"{value / unit:.3g} {prefix}"
    return str(value)
