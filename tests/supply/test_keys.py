"""The name of float luma: what changes its levels, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from srlab.data.degradation import DEGRADATIONS
from srlab.registry import Catalog
from srlab.supply.keys import PairKeys, luma_key, pair_keys, sr_key
from srlab.upscale.catalog import describe, reference


def _pair(**changes: object) -> PairKeys:
    facts = {"hr_pixels": b"h" * 16, "lr_pixels": None, "degradation": "srcnn-pytorch", "scale": 3}
    return pair_keys(**{**facts, **changes})  # type: ignore[arg-type]


def test_a_label_a_device_and_facts_do_not_name_float_luma() -> None:
    info = describe("mine=bicubic", 3)
    other = replace(info, name="yours", device="cuda", facts={"licence": "MIT"})
    assert luma_key(_pair(), info) == luma_key(_pair(), other)


@pytest.mark.parametrize(
    "changes", [{"hr_pixels": b"i" * 16}, {"scale": 2}, {"degradation": "pil-bicubic"}], ids=str
)
def test_what_changes_the_prepared_pair_names_other_luma(changes: dict) -> None:
    info = describe("bicubic", 3)
    assert luma_key(_pair(), info) != luma_key(_pair(**changes), info)


def test_a_new_version_of_the_preparation_names_other_luma(monkeypatch) -> None:
    info, before = describe("bicubic", 3), luma_key(_pair(), describe("bicubic", 3))
    rows = tuple(
        replace(row, version=row.version + (row.name == "srcnn-pytorch")) for row in DEGRADATIONS
    )
    monkeypatch.setattr("srlab.supply.keys.DEGRADATIONS", Catalog("degradations", rows))
    assert luma_key(_pair(), info) != before


@pytest.mark.parametrize(
    "changes", [{"tile": 64}, {"dtype": "float16"}, {"identity": {"weights": "00"}}], ids=str
)
def test_what_changes_an_upscaler_names_other_luma(changes: dict) -> None:
    info = describe("bicubic", 3)
    assert luma_key(_pair(), info) != luma_key(_pair(), replace(info, **changes))


def test_float_luma_is_never_named_as_an_image() -> None:
    info = describe("bicubic", 3)
    assert luma_key(_pair(), info) != sr_key(_pair(), info)


def test_the_luma_of_the_reference_does_not_depend_on_lr() -> None:
    pairs = [PairKeys(hr=b"h" * 16, lr=lr * 16) for lr in (b"l", b"m")]
    first, second = (luma_key(pair, reference(3)) for pair in pairs)
    assert first == second
