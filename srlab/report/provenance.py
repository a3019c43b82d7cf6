"""The last sections: what failed, and how the numbers can be traced and made again."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from importlib.metadata import version

import pandas as pd

from srlab.analysis.interval import BOOTSTRAP_UP_TO, DRAWS, SEED
from srlab.report import words
from srlab.report.document import (
    Align,
    Block,
    Bullets,
    Cell,
    Code,
    Column,
    Heading,
    Note,
    Paragraph,
    Table,
)
from srlab.report.material import Material, json_facts
from srlab.upscale.info import REFERENCE

_COMPUTED = "computed"
_CODE_WIDTH = 84


def failures(material: Material) -> list[Block]:
    """Every failure by name; nothing where there is none."""
    table = material.failures
    if table.empty:
        return []
    titles = ("Set", "Scale", "Image", "Upscaler", "Metric", "Code", "Reason")
    rows = []
    for _, row in table.iterrows():
        values = [None if pd.isna(value) else str(value) for value in row]
        values[1] = None if pd.isna(row["scale"]) else words.times(int(row["scale"]))
        values[-1] = words.without_folders(str(row["reason"]))
        rows.append(tuple(Cell(value=value) for value in values))
    return [
        Heading(text="Failures"),
        Paragraph(text=words.failures(len(table))),
        Table(caption="Failures", columns=_texts(titles), rows=tuple(rows)),
    ]


def provenance(material: Material) -> list[Block]:
    """The rows and their digest, the runs with versions, the statistics, the commands."""
    rows = material.rows
    lines = [words.statistics(DRAWS, SEED, BOOTSTRAP_UP_TO)]
    if material.failures.empty:
        lines.append(words.NO_FAILURES)
    foreign = rows[rows["origin"] != _COMPUTED]
    if len(foreign):
        lines.append(words.taken_over(len(foreign), sorted(foreign["origin"].astype(str).unique())))
    recorded = [text for text in dict.fromkeys(material.runs["command"].dropna()) if text]
    commands: list[Block] = [Paragraph(text=words.REPRODUCE), Code(text=_commands(rows))]
    if recorded:
        shown = "\n".join(_folded(words.without_folders(text)) for text in recorded)
        commands += [Paragraph(text=words.RECORDED), Code(text=shown)]
    return [
        Heading(text="How these numbers were made"),
        Paragraph(text=words.made_from(len(rows), material.sha256, version("srlab"))),
        Bullets(items=tuple(lines)),
        *_runs(material.runs),
        *commands,
    ]


def _runs(runs: pd.DataFrame) -> list[Block]:
    rows, unread = [], []
    for _, row in runs.iterrows():
        found = json_facts(row["provenance"])
        unread += [str(row["run"])] if found is None else []
        facts = found or {}
        packages = facts.get("packages")
        packages = packages if isinstance(packages, dict) else {}
        values = (
            str(row["run"]),
            None if pd.isna(row["started"]) else f"{row['started']:%Y-%m-%d %H:%M}",
            int(row["scores"]),
            *(_version(facts.get(name)) for name in ("srlab", "python")),
            *(_version(packages.get(name)) for name in ("torch", "numpy")),
        )
        rows.append(tuple(Cell(value=value) for value in values))
    titles = ("Run", "Started (UTC)", "Scores", "srlab", "Python", "torch", "NumPy")
    table = Table(caption="The runs behind the rows", columns=_texts(titles), rows=tuple(rows))
    return [table, *([Note(text=words.unread_provenance(unread))] if unread else [])]


def _version(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _commands(rows: pd.DataFrame) -> str:
    """One `srlab evaluate` for each group of scales with the same upscalers, then the report."""
    rows = rows[rows["upscaler"] != REFERENCE]
    groups: dict[tuple[str, ...], list[int]] = {}
    for scale, part in rows.groupby("scale"):
        groups.setdefault(tuple(sorted(part["upscaler"].unique())), []).append(int(str(scale)))
    commands = []
    for upscalers, scales in groups.items():
        part = rows[rows["scale"].isin(scales)]
        words_of_command = [
            "srlab evaluate",
            *_options("-b", part["benchmark"].unique()),
            *_options("-u", upscalers),
            *_options("-s", scales),
            *_options("-m", part["metric"].unique()),
            *_options("--protocol", part["protocol"].unique()),
        ]
        commands.append(_fold(words_of_command))
    return "\n".join([*commands, words.REPORT_COMMAND])


def _options(flag: str, values: Iterable[object]) -> list[str]:
    return [f"{flag} {shlex.quote(str(value))}" for value in values]


def _folded(command: str) -> str:
    return _fold(command.split(" "))


def _fold(parts: list[str]) -> str:
    """A command over several lines, as a shell takes it."""
    lines = [""]
    for part in parts:
        if lines[-1] and len(lines[-1]) + len(part) > _CODE_WIDTH:
            lines.append("   ")
        lines[-1] = f"{lines[-1]} {part}" if lines[-1] else part
    return " \\\n".join(lines)


def _texts(titles: tuple[str, ...]) -> tuple[Column, ...]:
    return tuple(Column(title=title, align=Align.LEFT) for title in titles)
