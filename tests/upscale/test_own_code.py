"""The code behind `py:`: read afresh where it was edited, and part of the fingerprint."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from srlab.errors import CheckpointError, CheckpointMismatchError, UsageError
from srlab.upscale.catalog import describe

_NET = """
import torch
from own_parts.enlarge import enlarge

class Net(torch.nn.Module):
    def forward(self, x):
        from own_parts.late import shift
        return shift(enlarge(x))
"""
_ENLARGE = """
def enlarge(x):
    return x.repeat_interleave(2, -1).repeat_interleave(2, -2)
"""
_LATE = "def shift(x):\n    return x + {shift}\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch):
    """A net in own_net.py that imports own_parts.enlarge, and own_parts.late when it runs."""
    (tmp_path / "own_parts").mkdir()
    (tmp_path / "own_parts" / "__init__.py").touch()
    (tmp_path / "own_net.py").write_text(_NET)
    (tmp_path / "own_parts" / "enlarge.py").write_text(_ENLARGE)
    (tmp_path / "own_parts" / "late.py").write_text(_LATE.format(shift="0.00"))
    (tmp_path / "stranger.py").write_text("# of the project, and no part of the net\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith(("own_", "stranger"))]:
        del sys.modules[name]


def _fingerprint() -> bytes:
    return describe("py:own_net:Net", 2).fingerprint


def _replaced(path: Path, content: str) -> None:
    """Another content of the same size and modification time, as `cp -p` may leave it."""
    before = path.stat()
    assert len(content) == before.st_size
    path.write_text(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("file", ["own_net.py", "own_parts/enlarge.py", "own_parts/late.py"])
def test_every_file_that_is_run_is_part_of_the_fingerprint(project: Path, file: str) -> None:
    before = _fingerprint()
    assert _fingerprint() == before
    path = project / file
    path.write_text(f"{path.read_text()}# changed\n")
    assert _fingerprint() != before


def test_a_file_that_the_net_does_not_use_is_no_part_of_it(project: Path) -> None:
    before = _fingerprint()
    (project / "stranger.py").write_text("# changed\n")
    assert _fingerprint() == before


def test_what_else_is_imported_of_the_project_changes_no_fingerprint(project: Path) -> None:
    before = _fingerprint()
    import importlib

    importlib.import_module("stranger")
    (project / "own_other.py").write_text("from own_net import Net\nimport stranger\n")
    describe("py:own_other:Net", 2)
    assert _fingerprint() == before


def test_an_edited_module_is_run_as_it_is_now(project: Path, lr) -> None:
    """In one process, as in a notebook, with the size and the time of the file unchanged."""
    first = describe("py:own_net:Net", 2)
    plain = first.load()(lr)
    _replaced(project / "own_parts" / "late.py", _LATE.format(shift="0.08"))
    second = describe("py:own_net:Net", 2)
    assert second.fingerprint != first.fingerprint
    shifted = second.load()(lr)
    assert np.array_equal(shifted, np.clip(plain.astype(int) + 20, 0, 255))  # 20.4 levels


def test_a_notebooks_own_module_stays_the_one_it_imported(project: Path) -> None:
    import importlib

    module = importlib.import_module("own_parts.enlarge")
    os.utime(project / "own_parts" / "enlarge.py", (1e9, 1e9))
    describe("py:own_net:Net", 2)
    assert sys.modules["own_parts.enlarge"].enlarge.__code__ == module.enlarge.__code__


def test_code_that_changed_since_it_was_described_is_not_run(project: Path) -> None:
    (project / "own_net.py").write_text(_NET + "# never loaded\n")
    info = describe("py:own_net:Net", 2)
    (project / "own_net.py").write_text(_NET + "# changed\n")
    with pytest.raises(CheckpointError, match="changed while it was used; run again"):
        info.load()


def test_bytecode_of_another_source_is_not_believed(project: Path, lr) -> None:
    """Python goes by the source's size and time in seconds, and would run the old bytecode."""
    script = "import own_parts.late"
    subprocess.run([sys.executable, "-c", script], cwd=project, check=True, timeout=60)
    _replaced(project / "own_parts" / "late.py", _LATE.format(shift="0.08"))
    assert describe("py:own_net:Net", 2).load()(np.zeros_like(lr)).min() == 20


def test_buffers_that_are_not_saved_count_among_the_weights(project: Path) -> None:
    text = (
        "import torch\n"
        "class Net(torch.nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        gain = float(__import__('pathlib').Path('gain.txt').read_text())\n"
        "        self.register_buffer('gain', torch.tensor(gain), persistent=False)\n"
        "    def forward(self, x):\n"
        "        return self.gain * x.repeat_interleave(2, -1).repeat_interleave(2, -2)\n"
    )
    (project / "own_net.py").write_text(text)
    (project / "gain.txt").write_text("1.0")
    before = _fingerprint()
    (project / "gain.txt").write_text("0.5")
    assert _fingerprint() != before


@pytest.mark.parametrize("reference", ["py:__main__:make", "py:sys:exit"])
def test_a_module_without_a_file_is_refused(project: Path, monkeypatch, reference: str) -> None:
    monkeypatch.delattr(sys.modules["__main__"], "__spec__", raising=False)
    with pytest.raises(UsageError, match="has no file, so that nothing tells when"):
        describe(reference, 2)


def test_a_module_named_like_one_of_python_is_told_apart(project: Path) -> None:
    (project / "json.py").write_text("import torch\nclass Net(torch.nn.Module): pass\n")
    with pytest.raises(UsageError, match=r"json is imported already from .*give that another name"):
        describe("py:json:Net", 2)


def test_an_installed_package_is_not_imported_afresh(project: Path) -> None:
    before = sys.modules["torch"]
    info = describe("py:torch.nn:Identity", 2)
    assert sys.modules["torch"] is before
    assert len(info.identity["source"]) == 32


_PICKY = """
import torch
class Picky(torch.nn.Module):
    {says}
    def forward(self, x):
        assert x.shape[-1] % 24 == 0 and x.shape[-2] % 24 == 0, "whole windows of 24"
        return x.repeat_interleave(2, -1).repeat_interleave(2, -2)
"""


@pytest.mark.parametrize("tile", [None, 16])
def test_a_net_that_says_its_multiple_is_padded_and_cut(project: Path, lr, tile) -> None:
    from dataclasses import replace

    (project / "own_net.py").write_text(_PICKY.format(says="multiple_of = 24"))
    call = replace(describe("py:own_net:Picky", 2), tile=tile).load()
    assert np.array_equal(call(lr), lr.repeat(2, axis=0).repeat(2, axis=1))


def test_a_net_that_does_not_say_it_is_told_how(project: Path) -> None:
    (project / "own_net.py").write_text(_PICKY.format(says=""))
    with pytest.raises(CheckpointMismatchError, match=r"whole windows.*multiple_of = 64"):
        describe("py:own_net:Picky", 2)


@pytest.mark.parametrize("said", ["0", "2.5", "'8'", "4096"])
def test_a_multiple_that_is_none_is_refused(project: Path, said: str) -> None:
    (project / "own_net.py").write_text(_PICKY.format(says=f"multiple_of = {said}"))
    with pytest.raises(CheckpointMismatchError, match=r"multiple_of is .*whole number"):
        describe("py:own_net:Picky", 2)


def test_padding_mirrors_and_repeats_where_an_image_is_too_small() -> None:
    from srlab.nets.padding import pad_to_multiple

    x = torch.arange(12.0).reshape(1, 1, 3, 4)
    padded = pad_to_multiple(x, 4)
    assert padded.shape == (1, 1, 4, 4)
    assert torch.equal(padded[0, 0, 3], x[0, 0, 1])
    small = pad_to_multiple(x[..., :1, :1], 4)
    assert torch.equal(small, torch.zeros(1, 1, 4, 4))
    assert pad_to_multiple(x[..., :2, :], 2) is not None


_ODD = """
import torch
class Up(torch.nn.Module):
    def forward(self, x):
        return x.repeat_interleave(2, -1).repeat_interleave(2, -2)
class InPlace(Up):
    def forward(self, x):
        return super().forward(x.mul_(0.5))
class Unbatched(Up):
    def forward(self, x):
        return super().forward(x)[0]
class GreyLevels(Up):
    def forward(self, x):
        return 255 * super().forward(x)
"""


@pytest.mark.parametrize("tile", [None, 16])
def test_a_net_that_changes_its_input_makes_the_same_with_and_without_tiles(
    project: Path, lr, tile
) -> None:
    from dataclasses import replace

    (project / "own_net.py").write_text(_ODD)
    made = replace(describe("py:own_net:InPlace", 2), tile=tile).load()(lr)
    expected = np.floor(lr / 2 + 0.5).astype(int).repeat(2, axis=0).repeat(2, axis=1)
    assert np.abs(made.astype(int) - expected).max() <= 1  # halves are rounded either way


def test_a_net_of_another_shape_is_told_what_it_gave(project: Path) -> None:
    (project / "own_net.py").write_text(_ODD)
    with pytest.raises(CheckpointMismatchError, match=r"shape \(3, 64, 64\).*expected \(1, 3"):
        describe("py:own_net:Unbatched", 2)


def test_a_net_on_grey_levels_is_doubted(project: Path, lr) -> None:
    (project / "own_net.py").write_text(_ODD)
    call = describe("py:own_net:GreyLevels", 2).load()
    call(lr)
    assert "is it one on 0-255?" in call.notes[0]
    plain = describe("py:own_net:Up", 2).load()
    plain(lr)
    assert plain.notes == ()
