"""`srlab show …`: what the catalogs hold."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from typing import Any

import typer

from srlab.cli.options import JsonOption

Row = dict[str, Any]

show_app = typer.Typer(help="List benchmarks, upscalers, metrics and more.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(show_app, name="show")
    for name, (rows, text) in _LISTS.items():
        show_app.command(name, help=text)(_command(rows))


def _command(rows: Callable[[], list[Row]]) -> Callable[..., None]:
    def command(as_json: JsonOption = False) -> None:
        _print(rows(), as_json)

    return command


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

    return [{"name": row.name, "what": row.title} for row in UPSCALERS] + [
        {"name": "FILE", "what": "weights: srlab's own, SRCNN's, any architecture of spandrel"},
        {"name": "hf:ORG/NAME", "what": "a Swin2SR of the hub, through transformers"},
        {"name": "py:module:factory", "what": "your own torch module; imported only when named"},
        {"name": "outputs:FOLDER", "what": "ready sr images of any other program"},
        {"name": "NAME=…", "what": "any of these under a name of your own"},
        {"name": "…+ensemble", "what": "a net's mean over eight flips and rotations"},
        {"name": "…+correct[=T]", "what": "pixels over T (64) levels off bilinear are replaced"},
    ]


def _architectures() -> list[Row]:
    from srlab.nets.spec import ARCHITECTURES

    return [
        {"name": row.name, "what": row.title, "citation": row.citation} for row in ARCHITECTURES
    ]


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
            "what": recipe.title,
            "reproduces": " ".join(recipe.reproduces.split()),
            "starts from": recipe.training.start_from,
        }
        for recipe in recipes
    ]


_LISTS: dict[str, tuple[Callable[[], list[Row]], str]] = {
    "benchmarks": (_benchmarks, "Known sets, with source and licence."),
    "upscalers": (_upscalers, "Built-in upscalers, and what else -u takes."),
    "architectures": (_architectures, "Nets that srlab builds itself."),
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
        right = all(isinstance(row[name], int) for row in rows)
        table.add_column(
            name,
            overflow="fold",
            no_wrap=name in ("name", "source"),
            justify="right" if right else "left",
        )
    for row in rows:
        table.add_row(*[str(row[name]) for name in columns])
    console = Console(markup=False, highlight=False)
    console.print(table)
    for row in rows:
        if row.get("note"):
            console.print(f"\n{row['name']}: {row['note']}")
