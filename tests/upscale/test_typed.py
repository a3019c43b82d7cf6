from __future__ import annotations

import pytest

from srlab.errors import UsageError
from srlab.upscale.catalog import describe
from srlab.upscale.typed import Typed, parse_upscaler


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bicubic", Typed(label="bicubic", what="bicubic")),
        ("a/b/net_x3.pth", Typed(label="net_x3", what="a/b/net_x3.pth")),
        ("mine=net.pth", Typed(label="mine", what="net.pth")),
        ("net.pth+ensemble", Typed(label="net+ensemble", what="net.pth", ensemble=True)),
        ("net.pth+correct", Typed(label="net+correct", what="net.pth", correct=64)),
        ("net.pth+correct=32", Typed(label="net+correct32", what="net.pth", correct=32)),
        (
            "m=net.pth+ensemble+correct=9",
            Typed(label="m", what="net.pth", ensemble=True, correct=9),
        ),
        ("hf:caidas/swin2SR-x2", Typed(label="swin2SR-x2", what="hf:caidas/swin2SR-x2")),
        ("py:nets:make", Typed(label="nets-make", what="py:nets:make")),
        ("outputs:results/EDSR", Typed(label="EDSR", what="outputs:results/EDSR")),
    ],
)
def test_what_is_typed_falls_into_its_parts(text: str, expected: Typed) -> None:
    assert parse_upscaler(text) == expected


@pytest.mark.parametrize("text", ["x=net.pth+correct=0", "x=net.pth+correct=255"])
def test_a_threshold_that_corrects_all_or_nothing_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="expected 1 to 254"):
        parse_upscaler(text)


def test_a_suffix_is_part_of_what_is_computed_and_not_of_the_file() -> None:
    plain, corrected = describe("bicubic", 2), describe("bicubic+correct", 2)
    assert plain.fingerprint != corrected.fingerprint
    assert corrected.fingerprint != describe("bicubic+correct=63", 2).fingerprint
    assert corrected.fingerprint == describe("other=bicubic+correct=64", 2).fingerprint


def test_flips_of_a_kernel_are_refused() -> None:
    with pytest.raises(UsageError, match="is for networks"):
        describe("bicubic+ensemble", 2)


def test_ready_outputs_take_no_suffix(tmp_path) -> None:
    with pytest.raises(UsageError, match="ready already"):
        describe(f"outputs:{tmp_path}+correct", 2)


@pytest.mark.parametrize("text", ["hf:", "hf:only-a-name", "hf:../../etc/passwd"])
def test_a_name_that_cannot_be_of_the_hub_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="hf:ORG/NAME"):
        describe(text, 2)
