"""Catalogs, and the help for a name that is not there."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from srlab.data.catalog import BENCHMARKS
from srlab.data.degradation import DEGRADATIONS
from srlab.errors import UnknownNameError, UsageError
from srlab.metrics.catalog import METRICS
from srlab.metrics.protocol import PROTOCOLS
from srlab.registry import Catalog, load_object, unknown_name
from srlab.upscale.catalog import UPSCALERS


@dataclass(frozen=True)
class _Row:
    name: str


_FRUIT = Catalog("fruits", (_Row("apple"), _Row("pear")), aliases={"pomme": "apple"})


def test_a_row_is_found_by_its_name_and_by_its_alias() -> None:
    assert _FRUIT["pear"] == _Row("pear")
    assert _FRUIT["pomme"] is _FRUIT["apple"]
    assert "pomme" in _FRUIT
    assert "plum" not in _FRUIT


def test_rows_come_in_their_order_and_names_with_aliases_last() -> None:
    assert list(_FRUIT) == [_Row("apple"), _Row("pear")]
    assert _FRUIT.names() == ["apple", "pear", "pomme"]


def test_two_rows_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two fruits carry one name"):
        Catalog("fruits", (_Row("apple"), _Row("apple")))


def test_an_alias_that_is_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="two fruits carry one name"):
        Catalog("fruits", (_Row("apple"), _Row("pear")), aliases={"pear": "apple"})


def test_an_unknown_name_gets_the_nearest_and_the_command_that_lists_all() -> None:
    with pytest.raises(UnknownNameError) as caught:
        _FRUIT["Peer"]
    assert str(caught.value) == (
        "no fruit is called 'Peer'; did you mean pear? `srlab show fruits` lists the 3 known"
    )


def test_a_name_that_resembles_none_gets_no_guess() -> None:
    assert "did you mean" not in str(unknown_name("fruits", "zzzz", ["apple"]))


def test_the_beginning_of_a_long_name_is_enough_for_a_guess() -> None:
    error = unknown_name("upscalers", "swin", ["swinir-classical-medium", "edsr"])
    assert "did you mean swinir-classical-medium?" in str(error)


def test_an_unknown_name_is_wrong_usage() -> None:
    assert issubclass(UnknownNameError, UsageError)
    assert UnknownNameError.exit_code == 2


@pytest.mark.parametrize(
    "catalog", [BENCHMARKS, DEGRADATIONS, METRICS, PROTOCOLS, UPSCALERS], ids=lambda c: c.kind
)
def test_every_name_of_every_catalog_finds_its_row(catalog: Catalog) -> None:
    assert {catalog[name].name for name in catalog.names()} == {row.name for row in catalog}


@pytest.mark.parametrize("metric", list(METRICS), ids=lambda row: row.name)
def test_every_lazy_reference_of_a_metric_leads_to_a_function(metric) -> None:
    assert callable(load_object(metric.function))
    assert metric.prepare is None or callable(load_object(metric.prepare))
