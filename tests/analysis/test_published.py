"""What papers printed, joined on benchmark, scale, metric and protocol."""

from __future__ import annotations

import pytest

from srlab.analysis.published import COLUMNS, published
from srlab.metrics.protocol import PROTOCOLS


def test_every_row_has_its_citation_and_a_known_protocol() -> None:
    table = published()
    assert table.columns.tolist() == COLUMNS
    assert table["citation"].str.len().min() > 0
    assert set(table["protocol"]) <= set(PROTOCOLS.names())
    assert table["mean"].notna().all()


def test_the_row_that_everybody_quotes_is_there_under_its_protocol() -> None:
    rows = published(benchmarks=["set5"], scales=[3], metrics=["psnr"], protocols=["paper-y"])
    means = rows.set_index("upscaler")["mean"]
    assert means["SRCNN"] == 32.75
    assert means["EDSR"] == 34.65


def test_no_value_stands_twice_for_one_citation() -> None:
    names = ["benchmark", "scale", "upscaler", "metric", "protocol", "citation"]
    assert not published().duplicated(names).any()


def test_rgb_values_are_found_under_the_rgb_protocol_by_the_metrics_own_name() -> None:
    table = published()
    assert not table["metric"].str.contains("rgb").any()
    rgb = published(protocols=["paper-rgb"])
    assert rgb.empty or set(rgb["metric"]) <= {"psnr", "ssim"}


@pytest.mark.parametrize(
    "filters",
    [
        {"benchmarks": ["set14"]},
        {"scales": [4]},
        {"metrics": ["ssim"]},
        {"protocols": ["matlab-y"]},
    ],
    ids=lambda filters: next(iter(filters)),
)
def test_filters_join_on_their_column(filters: dict) -> None:
    [(name, values)] = filters.items()
    column = name.removesuffix("s")
    assert set(published(**filters)[column]) == set(values)


def test_a_filter_that_nothing_fits_gives_no_rows() -> None:
    assert published(benchmarks=["set5"], protocols=["full-rgb"], scales=[8]).empty
