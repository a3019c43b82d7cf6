"""What a person may type after -u."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from srlab.errors import UnknownNameError, UsageError
from srlab.upscale.catalog import UPSCALERS, describe, reference
from srlab.upscale.info import Family


@pytest.mark.parametrize("row", list(UPSCALERS), ids=lambda row: row.name)
def test_a_classical_upscaler_is_called_by_its_name(row) -> None:
    info = describe(row.name, 2)
    assert (info.name, info.scale, info.family) == (row.name, 2, Family.CLASSICAL)


def test_a_file_of_weights_is_labelled_by_its_stem(weights) -> None:
    info = describe(str(weights["luma.safetensors"]), 3)
    assert (info.name, info.family) == ("luma", Family.NETWORK)
    assert Path(info.source).is_absolute()


def test_what_cannot_stand_in_a_label_becomes_a_dash(tmp_path, weights) -> None:
    path = tmp_path / "my net (final) é.pth"
    path.write_bytes(weights["rgb.pth"].read_bytes())
    assert describe(str(path), 2).name == "my-net-final"


@pytest.mark.parametrize("text", ["mine=bicubic", "mine={luma}", "mine=outputs:{folder}"])
def test_a_name_before_the_equals_sign_is_the_label(tmp_path, weights, text: str) -> None:
    text = text.format(luma=weights["luma.safetensors"], folder=tmp_path)
    assert describe(text, 2).name == "mine"


def test_a_path_with_an_equals_sign_is_a_path(tmp_path, weights) -> None:
    path = tmp_path / "lr=0.1" / "net.pth"
    path.parent.mkdir()
    path.write_bytes(weights["rgb.pth"].read_bytes())
    assert describe(str(path), 2).name == "net"
    assert describe(f"mine={path}", 2).name == "mine"


@pytest.mark.parametrize("label", ["", " ", "-x", "a b", "hr", "x" * 65, "<b>", "ü", "a,b"])
def test_a_label_that_cannot_be_one_is_refused(label: str) -> None:
    with pytest.raises(UsageError, match="cannot be an upscaler's label"):
        describe(f"{label}=bicubic", 2)


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean lanczos"):
        describe("lancos", 2)


@pytest.mark.parametrize("name", ["nothere.pth", "folder/nothere.safetensors", "NOTHERE.PT"])
def test_a_weights_file_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(UsageError, match=f"no weights file at {name}"):
        describe(name, 2)


def test_a_folder_of_weights_is_no_file(tmp_path) -> None:
    (tmp_path / "net.pth").mkdir()
    with pytest.raises(UsageError, match="no weights file"):
        describe(str(tmp_path / "net.pth"), 2)


@pytest.mark.parametrize("scale", [0, 1, 5, -2, 16])
def test_a_scale_that_is_not_supported_is_refused(scale: int) -> None:
    with pytest.raises(UsageError, match="expected one of 2, 3, 4, 8"):
        describe("bicubic", scale)


def test_outputs_of_another_program_are_named_by_their_folder(tmp_path) -> None:
    (tmp_path / "EDSR").mkdir()
    info = describe(f"outputs:{tmp_path / 'EDSR'}", 4)
    assert (info.name, info.family, info.source) == (
        "EDSR",
        Family.OUTPUTS,
        str(tmp_path.resolve() / "EDSR"),
    )


def test_a_folder_of_outputs_that_is_not_there_is_named(tmp_path) -> None:
    with pytest.raises(UsageError, match="is no folder; NAME=outputs:FOLDER"):
        describe(f"edsr=outputs:{tmp_path / 'nowhere'}", 4)


def test_the_fingerprint_changes_with_what_changes_the_pixels(weights) -> None:
    info = describe(str(weights["luma.safetensors"]), 2)
    others = [
        describe(str(weights["other.safetensors"]), 2),
        describe(str(weights["luma.safetensors"]), 3),
        replace(info, tile=64),
        replace(info, dtype="float16"),
        replace(info, identity={**info.identity, "code": 99}),
        *(describe(row.name, 2) for row in UPSCALERS),
    ]
    fingerprints = {info.fingerprint, *(other.fingerprint for other in others)}
    assert len(fingerprints) == 1 + len(others)


def test_the_fingerprint_does_not_change_with_label_place_or_device(tmp_path, weights) -> None:
    info = describe(str(weights["luma.safetensors"]), 2)
    copy = tmp_path / "copy.pt"
    copy.write_bytes(weights["luma.safetensors"].read_bytes())
    others = [
        describe(f"mine={weights['luma.safetensors']}", 2),
        describe(str(copy), 2),
        replace(info, device="cpu"),
        replace(info, facts={"licence": "MIT"}),
    ]
    assert {other.fingerprint for other in others} == {info.fingerprint}


def test_the_fingerprints_of_the_classical_upscalers_are_frozen() -> None:
    """Rows in stores depend on them; raise `version` in the catalog when pixels change."""
    assert {row.name: describe(row.name, 2).fingerprint.hex() for row in UPSCALERS} == {
        "nearest": "53136a905862aa42b03b6dd9c6831dcb",
        "bilinear": "ace06dcdf9a0d409fabbe40f73cadfca",
        "bicubic": "a1a896416c87d72d5d06638967ba84da",
        "lanczos": "2db2c2b244eb3c6064acb98095b26bcf",
    }


def test_the_reference_stands_for_hr_and_is_no_label_of_an_upscaler() -> None:
    assert reference(2).name == "hr"
    assert reference(2).family is Family.REFERENCE


def test_a_digest_that_is_remembered_saves_reading_the_file(weights) -> None:
    asked: list[Path] = []

    def remembered(path: Path) -> bytes:
        asked.append(path)
        return bytes(16)

    path = weights["luma.safetensors"]
    info = describe(str(path), 2, digest_file=remembered)
    assert asked == [path]
    assert info.identity["weights"] == "00" * 16


def test_the_facts_of_an_upscaler_are_json(weights) -> None:
    facts = describe(str(weights["luma.safetensors"]), 2).facts_json()
    assert '"source"' in facts
    assert '"weights"' in facts


@pytest.mark.parametrize("name", ["hr", "bicubic", "small"])
def test_a_file_does_not_take_the_name_of_something_else(tmp_path, name: str) -> None:
    path = tmp_path / f"{name}.safetensors"
    path.write_bytes(b"")
    with pytest.raises(UsageError, match=f"stand in tables as {name}, which is something else"):
        describe(str(path), 2)
    with pytest.raises(UsageError, match=r"bicubic, which is something else|cannot be an"):
        describe(f"{name}=lanczos", 2)
