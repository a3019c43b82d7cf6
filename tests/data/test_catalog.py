"""The catalog of known sets: complete rows, and cheap to list."""

from __future__ import annotations

import subprocess
import sys

import pytest

from srlab.data.catalog import BENCHMARKS, Kind

ROWS = list(BENCHMARKS)


@pytest.mark.parametrize("row", ROWS, ids=BENCHMARKS.names()[: len(ROWS)])
def test_every_set_says_its_count_licence_citation_and_source(row):
    assert row.count > 0
    assert row.licence
    assert row.citation
    assert row.source


@pytest.mark.parametrize("row", [row for row in ROWS if row.kind is Kind.HUB], ids=lambda r: r.name)
def test_every_set_of_the_hub_is_pinned_to_a_full_commit(row):
    assert len(row.revision) == 40
    assert int(row.revision, 16)
    assert "x2" in row.lr_file.format(scale=2).lower()


def test_urban100_carries_its_trap():
    assert "image_SRF_2 is not the standard" in BENCHMARKS["urban100"].note


def test_b100_is_another_name_of_bsd100():
    assert BENCHMARKS["b100"] is BENCHMARKS["bsd100"]


def test_listing_the_sets_imports_neither_numpy_nor_pandas_nor_torch():
    heavy = "{'numpy', 'pandas', 'torch'}"
    code = f"import sys, srlab.data.catalog; print(sorted({heavy} & {{*sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
