"""A net of one's own, `py:module:factory`: run, fingerprinted, and told where it fails."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from srlab.errors import (
    CheckpointMismatchError,
    SizeMismatchError,
    UsageError,
)
from srlab.image.resize import upscale
from srlab.upscale.catalog import describe

OWN = """
import torch
from torch import nn

class Doubler(nn.Module):
    def forward(self, x):
        return nn.functional.interpolate(x, scale_factor=2, mode="nearest")

class Wrong(nn.Module):
    def forward(self, x):
        return x

def make():
    return Doubler()

def make_wrong():
    return Wrong()

def make_nothing():
    return 7
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "my_own_nets.py").write_text(OWN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield "my_own_nets"
    sys.modules.pop("my_own_nets", None)


def test_a_net_of_ones_own_is_run(own: str, lr: NDArray[np.uint8]) -> None:
    info = describe(f"py:{own}:make", 2)
    assert info.name == "my_own_nets-make"
    assert np.array_equal(info.load()(lr), lr.repeat(2, axis=0).repeat(2, axis=1))


def test_the_source_of_ones_own_net_is_part_of_its_fingerprint(own: str) -> None:
    first = describe(f"py:{own}:make", 2).fingerprint
    Path("my_own_nets.py").write_text(OWN + "# changed\n")
    assert describe(f"py:{own}:make", 2).fingerprint != first


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("py:no_such_module_here:make", "cannot be had"),
        ("py:my_own_nets:no_such", "cannot be had"),
        ("py:my_own_nets", "py:module:factory"),
        ("py:my_own_nets:make_nothing", "gave int"),
    ],
)
def test_a_factory_that_is_none_says_what_was_expected(
    own: str, reference: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        describe(reference, 2)


def test_a_net_of_the_wrong_output_size_is_found_out(own: str, lr: NDArray[np.uint8]) -> None:
    from srlab.data.sample import Pair
    from srlab.supply.supply import supply

    hr = upscale(lr, 2)
    pair = Pair(hr=hr, lr=lr, hr_bytes=None, lr_bytes=None)
    with pytest.raises(SizeMismatchError, match="expected exactly 2 times"):
        supply(describe(f"py:{own}:make_wrong", 2), pair)
    with pytest.raises(SizeMismatchError, match="gave 21x26 for an lr of 21x26"):
        describe(f"py:{own}:make_wrong", 2).load()(lr)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("def net(width):\n    return width", "raised TypeError"),
        ("raise ValueError('no')", "raised ValueError: no"),
        ("def net(:", "raised SyntaxError"),
        ("def net():\n    return open('nothere.pth')", "raised FileNotFoundError.*nothere.pth"),
    ],
)
def test_a_factory_that_raises_is_named(tmp_path, monkeypatch, body: str, message: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    name = f"raising_{abs(hash(body))}"
    (tmp_path / f"{name}.py").write_text(body)
    with pytest.raises(CheckpointMismatchError, match=message):
        describe(f"py:{name}:net", 2)


_OWN = """
import torch
class Pair(torch.nn.Module):
    def forward(self, x):
        return x, x
def pair():
    return Pair()
def fresh():
    return torch.nn.Sequential(torch.nn.Conv2d(3, 12, 3, padding=1), torch.nn.PixelShuffle(2))
def small():
    return torch.nn.Identity()
"""


@pytest.fixture
def odd(tmp_path, monkeypatch) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.delitem(sys.modules, "own_nets_of_a_test", raising=False)
    (tmp_path / "own_nets_of_a_test.py").write_text(_OWN)
    return "py:own_nets_of_a_test"


def test_a_module_that_gives_several_things_is_refused(odd: str) -> None:
    with pytest.raises(CheckpointMismatchError, match="gives tuple; expected a tensor"):
        describe(f"{odd}:pair", 2).load()


def test_weights_that_are_new_each_time_are_refused(odd: str) -> None:
    with pytest.raises(CheckpointMismatchError, match="gives other weights each time"):
        describe(f"{odd}:fresh", 2).load()


@pytest.mark.parametrize("tile", [None, 16])
def test_a_net_of_another_size_is_told_with_and_without_tiles(odd: str, lr, tile) -> None:
    call = replace(describe(f"{odd}:small", 2), tile=tile).load()
    with pytest.raises(SizeMismatchError, match="expected exactly 2 times that"):
        call(lr)


@pytest.mark.parametrize("place", ["the module", "the factory"])
def test_a_factory_that_wants_to_exit_is_an_error_by_name(tmp_path, monkeypatch, place) -> None:
    """Else the program would end with nothing done and the exit code 0."""
    name = f"leaving_{place.replace(' ', '_')}"
    body = "import sys\n" + ("sys.exit(0)\n" if place == "the module" else "")
    body += "def make():\n    sys.exit(0)\n"
    (tmp_path / f"{name}.py").write_text(body)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CheckpointMismatchError, match="raised SystemExit"):
        describe(f"py:{name}:make", 2)
