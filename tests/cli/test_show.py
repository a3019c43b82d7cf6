"""`srlab show`: the catalogs, for people and for programs."""

from __future__ import annotations

import csv
import io
import json

import pytest

from srlab.classifiers.catalog import CLASSIFIERS
from srlab.data.catalog import BENCHMARKS
from srlab.data.degradation import DEGRADATIONS
from srlab.metrics.catalog import METRICS
from srlab.metrics.protocol import PROTOCOLS
from srlab.train.recipe import RECIPES, find_recipe, read_recipe
from srlab.upscale.catalog import UPSCALERS

_CATALOGS = [BENCHMARKS, UPSCALERS, CLASSIFIERS, METRICS, PROTOCOLS, DEGRADATIONS, RECIPES]


@pytest.mark.parametrize("catalog", _CATALOGS, ids=lambda catalog: catalog.kind)
def test_every_row_is_listed_as_json_and_as_csv(srlab_, catalog) -> None:
    as_json = json.loads(srlab_("show", catalog.kind, "--json").out)
    as_csv = list(csv.DictReader(io.StringIO(srlab_("show", catalog.kind).out)))
    names = [row.name for row in catalog]
    assert [row["name"] for row in as_json][: len(names)] == names
    assert [row["name"] for row in as_csv][: len(names)] == names


def test_an_unknown_list_is_wrong_usage(srlab_) -> None:
    assert srlab_("show", "everything").code == 2


def test_a_terminal_gets_a_table_with_long_notes_below_it(srlab_, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "dumb")
    lines = srlab_("show", "benchmarks").out.splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("set5") for line in lines)
    assert any(line.startswith("urban100: in the SelfExSR release") for line in lines)


@pytest.mark.parametrize("words", ["upscaler bicubic -s 2", "upscalers", "recipes", "protocols"])
def test_every_list_has_a_table_for_terminals(srlab_, monkeypatch, words: str) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "dumb")
    said = srlab_("show", words)
    assert said.code == 0, said.err
    assert "bicubic" in said.out or "paper-y" in said.out or "srcnn-y-x2" in said.out


def test_upscalers_can_be_timed_here(srlab_, monkeypatch) -> None:
    from srlab.upscale import cost

    monkeypatch.setattr(cost, "_HD", (36, 64))
    rows = json.loads(srlab_("show upscalers --time --json").out)
    seconds = {(row["name"], row["scale"]): row["seconds_hd"] for row in rows}
    assert seconds["srcnn-y", 2] > 0
    assert seconds["bicubic", ""] >= 0
    assert seconds["FILE", ""] == ""


def test_a_recipe_that_comes_along_can_be_printed_and_read_again(srlab_, tmp_path) -> None:
    (tmp_path / "mine.toml").write_text(srlab_("show recipe srcnn-y-x2").out)
    assert read_recipe(tmp_path / "mine.toml", root=tmp_path).digest == (
        find_recipe("srcnn-y-x2").digest
    )
    assert "did you mean srcnn-y-x2" in srlab_("show recipe srcnn-x2").err
