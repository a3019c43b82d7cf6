"""Reads a study file: every key is known, every value has its type, every path is anchored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import Any

from srlab.errors import StudyError
from srlab.metrics.catalog import DEFAULT_METRICS
from srlab.metrics.protocol import DEFAULT_PROTOCOL, PROTOCOLS, Channel, Grey, Measure, Protocol
from srlab.toml_file import check_keys, read_toml


@dataclass(frozen=True, kw_only=True)
class TrainStep:
    """`[train]`: recipes by name or file, done one after another.

    What NAME leaves lies in `output/NAME/` in the study's folder, for the other steps to name:
    `upscalers = ["trained/NAME/NAME.safetensors"]`. Folders of images in recipes count from `data`.
    """

    recipes: tuple[str, ...]
    data: str = "."
    output: str = "trained"
    device: str = "auto"


@dataclass(frozen=True, kw_only=True)
class EvaluateStep:
    """`[evaluate]`: what to score. Paths are relative to the study's folder."""

    benchmarks: tuple[str, ...]
    upscalers: tuple[str, ...]
    scales: tuple[int, ...]
    metrics: tuple[str, ...] = DEFAULT_METRICS
    protocols: tuple[str, ...] = (DEFAULT_PROTOCOL,)
    degradation: str | None = None
    lr: str | None = None
    limit: int | None = None
    tile: int | None = None
    precision: str = "fp32"
    known_scores: str | None = None


@dataclass(frozen=True, kw_only=True)
class ClassifyStep:
    """`[classify]`: whose predictions to compare. Paths are relative to the study's folder."""

    images: str
    upscalers: tuple[str, ...]
    scales: tuple[int, ...]
    classifier: str | None = None
    samples: int | None = None
    seed: int = 0
    stratified: bool = False
    metrics: tuple[str, ...] = DEFAULT_METRICS
    degradation: str | None = None
    tile: int | None = None
    precision: str = "fp32"


@dataclass(frozen=True, kw_only=True)
class ReportStep:
    """`[report]`: how to write it up, and where (default: the study's folder)."""

    formats: tuple[str, ...] = ("md", "pdf")
    output: str = "."


@dataclass(frozen=True, kw_only=True)
class Study:
    """A study file that was read and checked."""

    path: Path
    title: str
    train: TrainStep | None
    evaluate: EvaluateStep | None
    classify: ClassifyStep | None
    report: ReportStep | None
    protocols: Mapping[str, Protocol]

    @property
    def folder(self) -> Path:
        """What paths in the file are relative to."""
        return self.path.parent


def read_study(path: Path) -> Study:
    """The study at `path`. Raises StudyError naming the key, what came and what was expected."""
    facts = read_toml(path, noun="study file", error=StudyError)
    known = {"title", "train", "evaluate", "classify", "report", "protocol"}
    check_keys(facts, known, place="the file", error=StudyError)
    title = facts.get("title", path.resolve().parent.name)
    if not isinstance(title, str):
        raise StudyError(f"{path}: title is {title!r}; expected text")
    protocols = {
        name: _protocol(name, table) for name, table in _table(facts, "protocol", path).items()
    }
    study = Study(
        path=path.resolve(),
        title=title,
        train=_step(TrainStep, facts, "train", path),
        evaluate=_step(EvaluateStep, facts, "evaluate", path),
        classify=_step(ClassifyStep, facts, "classify", path),
        report=_step(ReportStep, facts, "report", path),
        protocols=protocols,
    )
    steps = {name: getattr(study, name) for name in ("train", "evaluate", "classify", "report")}
    for name in ("train", "report"):
        if steps[name] is not None:
            _check_output(study, name, steps[name].output)
    if not any(steps.values()):
        expected = ", ".join(f"[{name}]" for name in steps)
        raise StudyError(f"{path} declares nothing; expected one or several of {expected}")
    return study


def _check_output(study: Study, step: str, output: str) -> None:
    """A study may come from a stranger: what it writes stays in its own folder."""
    if not Path(output).is_absolute() and ".." not in Path(output).parts:
        return
    elsewhere = {
        "train": "`srlab train RECIPE --out FOLDER` writes anywhere",
        "report": f"`srlab report {study.path.name} -o FOLDER` writes anywhere",
    }[step]
    raise StudyError(
        f"[{step}] output is {output!r}; expected a folder inside the study's own ({elsewhere})"
    )


def _table(facts: Mapping[str, Any], name: str, path: Path) -> dict[str, Any]:
    table = facts.get(name, {})
    if not isinstance(table, dict):
        raise StudyError(f"{path}: {name} is {table!r}; expected a table, [{name}]")
    return table


def _step(kind: type, facts: Mapping[str, Any], name: str, path: Path) -> Any:
    if name not in facts:
        return None
    table = _table(facts, name, path)
    types = {field.name: str(field.type) for field in fields(kind)}
    check_keys(table, set(types), place=f"[{name}]", error=StudyError)
    values = {key: _typed(value, types[key], f"[{name}] {key}") for key, value in table.items()}
    try:
        return kind(**values)
    except TypeError:
        needed = [f.name for f in fields(kind) if f.name not in values and f.default is MISSING]
        raise StudyError(f"[{name}] needs {', '.join(needed)}") from None


def _typed(value: Any, kind: str, place: str) -> Any:
    member = int if "int" in kind else bool if kind == "bool" else str
    if kind.startswith("tuple"):
        if isinstance(value, list) and all(type(item) is member for item in value):
            return tuple(value)
        raise StudyError(f"{place} is {value!r}; expected a list of {_PLURALS[member]}")
    if type(value) is member:
        return value
    raise StudyError(f"{place} is {value!r}; expected {_NAMES[member]}")


_NAMES = {int: "a whole number", str: "text", bool: "true or false"}
_PLURALS = {int: "whole numbers", str: "texts"}


def _protocol(name: str, table: Any) -> Protocol:
    place = f"[protocol.{name}]"
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,31}", name) or name in PROTOCOLS:
        raise StudyError(f"{place}: a new name is needed, of a-z, 0-9 and -, 32 at most")
    if not isinstance(table, dict):
        raise StudyError(f"{place} is {table!r}; expected a table")
    expected = {"title": str, "channel": str, "rounded": bool, "grey": str}
    expected |= {"border_scales": int, "border_pixels": int}
    check_keys(table, set(expected), place=place, error=StudyError)
    for key, value in table.items():
        if type(value) is not expected[key]:
            raise StudyError(f"{place} {key} is {value!r}; expected {expected[key].__name__}")
    try:
        measure = Measure(
            channel=Channel(table.get("channel", "y")),
            rounded=table.get("rounded", False),
            border_scales=table.get("border_scales", 1),
            border_pixels=table.get("border_pixels", 0),
            grey=Grey(table.get("grey", "as-is")),
        )
    except ValueError as error:
        raise StudyError(f"{place}: {error}") from error
    if min(measure.border_scales, measure.border_pixels) < 0:
        raise StudyError(f"{place} cuts a negative border; expected 0 or more")
    own = Protocol(name=name, title=table.get("title", name), measure=measure)
    # Two definitions under one name are two protocols, which never share a mean.
    return replace(own, name=f"{name}#{own.digest.hex()[:8]}")
