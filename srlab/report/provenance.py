"""The last sections: what failed, and how the numbers can be traced and made again."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from importlib.metadata import version

import pandas as pd

from srlab.data.degradation import DEFAULT, DEGRADATIONS, SRCNN_PYTORCH
from srlab.report import (
    phrases,
    prediction_words,
    provenance_words,
    setting_words,
    training_words,
)
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
from srlab.report.material import HISTORY_FILE, Material, json_facts
from srlab.report.predicted import PredictedSet
from srlab.report.prediction_files import CLASSES, PREDICTIONS, flips_name
from srlab.upscale.info import REFERENCE

_COMPUTED = "computed"
_CODE_WIDTH = 84


def failures(material: Material) -> list[Block]:
    """Every failure by name; nothing where there is none."""
    table = material.failures
    if table.empty:
        return []
    titles = ("Set", "Scale", "Image", "Upscaler", "Metric", "Protocol", "Code", "Reason")
    rows = []
    for _, row in table.iterrows():
        values = [None if pd.isna(value) else str(value) for value in row]
        values[1] = None if pd.isna(row["scale"]) else phrases.times(int(row["scale"]))
        values[-1] = phrases.without_folders(str(row["reason"]))
        rows.append(tuple(Cell(value=value) for value in values))
    return [
        Heading(text="Failures"),
        Paragraph(text=provenance_words.failures(len(table))),
        Table(caption="Failures", columns=_texts(titles), rows=tuple(rows)),
    ]


def provenance(material: Material) -> list[Block]:
    """The rows and their digest, the runs with versions, the statistics, the commands."""
    rows = material.every_row
    lines = [provenance_words.STATISTICS]
    if material.predicted:
        lines = [*_told(material), *lines, prediction_words.STATISTICS]
    lines += _epochs_told(material)
    if material.failures.empty:
        lines.append(provenance_words.NO_FAILURES)
    foreign = rows[rows["origin"] != _COMPUTED]
    if len(foreign):
        lines.append(
            provenance_words.taken_over(
                len(foreign), sorted(foreign["origin"].astype(str).unique())
            )
        )
    recorded = [text for text in dict.fromkeys(material.runs["command"].dropna()) if text]
    again = provenance_words.REPRODUCE_DRAWN if material.predicted else provenance_words.REPRODUCE
    commands: list[Block] = [Paragraph(text=again), Code(text=_commands(material))]
    if recorded:
        shown = "\n".join(_folded(phrases.without_folders(text)) for text in recorded)
        commands += [Paragraph(text=provenance_words.RECORDED), Code(text=shown)]
    return [
        Heading(text="How these numbers were made"),
        Paragraph(
            text=provenance_words.made_from(
                len(rows),
                material.sha256,
                version("srlab"),
                predictions=bool(material.predicted),
            )
        ),
        Bullets(items=tuple(lines)),
        *_runs(material.runs),
        *commands,
    ]


def _told(material: Material) -> list[str]:
    """What the files of predictions hold."""
    content = {file.name: file.sha256 for file in material.files}
    count = sum(len(item.rows) for item in material.predicted)
    lines = [prediction_words.predictions_file(count, PREDICTIONS, content[PREDICTIONS])]
    for item in material.predicted:
        name, flips = flips_name(item, material.predicted), int(item.pairs["flipped"].sum())
        lines.append(prediction_words.flips_file(flips, name, item.title, content[name]))
    return [*lines, prediction_words.classes_file(CLASSES, content[CLASSES])]


def _epochs_told(material: Material) -> list[str]:
    """What the file of epochs holds; nothing where nothing was trained."""
    return [
        training_words.history_file(len(material.trainings), file.name, file.sha256)
        for file in material.files
        if file.name == HISTORY_FILE
    ]


def _runs(runs: pd.DataFrame) -> list[Block]:
    rows, unread = [], []
    counts = ("scores", *(["predictions"] if runs["predictions"].any() else []))
    for _, row in runs.iterrows():
        found = json_facts(row["provenance"])
        unread += [str(row["run"])] if found is None else []
        facts = found or {}
        packages = facts.get("packages")
        packages = packages if isinstance(packages, dict) else {}
        values = (
            str(row["run"]),
            None if pd.isna(row["started"]) else f"{row['started']:%Y-%m-%d %H:%M}",
            *(int(row[name]) for name in counts),
            *(_version(facts.get(name)) for name in ("srlab", "python")),
            *(_version(packages.get(name)) for name in ("torch", "numpy")),
        )
        rows.append(tuple(Cell(value=value) for value in values))
    counted = tuple(name.capitalize() for name in counts)
    titles = ("Run", "Started (UTC)", *counted, "srlab", "Python", "torch", "NumPy")
    table = Table(caption="The runs behind the rows", columns=_texts(titles), rows=tuple(rows))
    return [table, *([Note(text=setting_words.unread_provenance(unread))] if unread else [])]


def _version(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _commands(material: Material) -> str:
    """The commands that score and classify, then the one that writes the report."""
    rows = material.every_row
    drawn = {item.benchmark for item in material.predicted}
    scored = rows[(rows["upscaler"] != REFERENCE) & ~rows["benchmark"].isin(list(drawn))]
    classified = [command for item in material.predicted for command in _classify(item)]
    return "\n".join([*_evaluate(scored), *classified, provenance_words.REPORT_COMMAND])


def _classify(item: PredictedSet) -> list[str]:
    """One `srlab classify` for each group of scales with the same upscalers."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for scale in item.scales:
        names = tuple(name for name, scales in item.upscalers.items() if scale in scales)
        groups.setdefault(names, []).append(scale)
    metrics = item.scored["metric"].unique()
    return [
        _fold(
            [
                "srlab classify",
                *_options("--images", [item.benchmark]),
                *_options("--classifier", [item.classifier]),
                *_options("-u", names),
                *_options("-s", scales),
                *_options("-m", metrics),
                *_options("--samples", [item.images]),
            ]
        )
        for names, scales in groups.items()
    ]


def _evaluate(rows: pd.DataFrame) -> list[str]:
    """One `srlab evaluate` for each group of sets and scales that were scored alike."""
    groups: dict[tuple[tuple[str, ...], ...], list[tuple[str, int]]] = {}
    for (benchmark, scale), part in rows.groupby(["benchmark", "scale"], sort=True):
        names = ("degradation", "upscaler", "metric", "protocol")
        alike = tuple(tuple(sorted(part[name].unique())) for name in names)
        groups.setdefault(alike, []).append((str(benchmark), int(str(scale))))
    return [
        _fold(
            [
                "srlab evaluate",
                *_options("-b", dict.fromkeys(benchmark for benchmark, _ in places)),
                *_options("-u", upscalers),
                *_options("-s", dict.fromkeys(scale for _, scale in places)),
                *_options("-m", metrics),
                *_options("--protocol", protocols),
                *_options("--degradation", _said(made)),
            ]
        )
        for (made, upscalers, metrics, protocols), group in groups.items()
        for places in _products(group)
    ]


def _said(made: Iterable[str]) -> list[str]:
    """The degradations that a command must name: neither given lr nor what a protocol makes."""
    return [name for name in made if name in DEGRADATIONS and name not in (DEFAULT, SRCNN_PYTORCH)]


def _products(places: list[tuple[str, int]]) -> list[list[tuple[str, int]]]:
    """`places` in groups in which every set has every scale."""
    scales: dict[str, tuple[int, ...]] = {}
    for benchmark, scale in places:
        scales[benchmark] = (*scales.get(benchmark, ()), scale)
    alike: dict[tuple[int, ...], list[str]] = {}
    for benchmark, own in scales.items():
        alike.setdefault(own, []).append(benchmark)
    return [[(name, scale) for name in names for scale in own] for own, names in alike.items()]


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
