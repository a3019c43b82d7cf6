"""Code that a study names is run only after somebody agreed to it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from srlab.study.consent import CodeNotAllowedError, consent_file
from srlab.study.read import read_study
from srlab.study.steps import run_study

_STUDY = """
[evaluate]
benchmarks = ["photos"]
upscalers = ["bicubic", "mine=py:consent_net:Net"]
scales = [2]
metrics = ["psnr"]
"""
_NET = """
import pathlib
import consent_part
pathlib.Path({here!r}, "was-run").touch()
import torch
class Net(torch.nn.Module):
    def forward(self, x):
        return x.repeat_interleave(2, -1).repeat_interleave(2, -2)
"""


@pytest.fixture
def study(folder: Path, write_study, tmp_path_factory, monkeypatch):
    """A stranger's study beside its code, run from elsewhere; nothing is agreed to."""
    (folder / "consent_net.py").write_text(_NET.format(here=str(folder)))
    (folder / "consent_part.py").write_text("")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("settings")))
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield read_study(write_study(_STUDY))
    for name in ("consent_net", "consent_part"):
        sys.modules.pop(name, None)


def _was_run(study) -> bool:
    return (study.folder / "was-run").exists()


def test_code_is_not_run_unasked(study, tmp_path: Path) -> None:
    with pytest.raises(CodeNotAllowedError, match=r"runs code: py:consent_net:Net.*--allow-code"):
        run_study(study, store=tmp_path / "store")
    assert not _was_run(study)


def test_code_is_not_run_after_a_no(study, tmp_path: Path) -> None:
    asked = []
    with pytest.raises(CodeNotAllowedError):
        run_study(study, store=tmp_path / "store", ask=lambda text: bool(asked.append(text)))
    assert not _was_run(study)
    assert "consent_net.py" in asked[0]
    assert not consent_file().exists()


def test_agreement_is_asked_for_once_and_again_when_any_of_the_code_changed(
    study, tmp_path: Path
) -> None:
    asked = []

    def agree(question: str) -> bool:
        asked.append(question)
        return True

    assert run_study(study, store=tmp_path / "store", ask=agree).complete
    assert _was_run(study)
    run_study(study, store=tmp_path / "store", ask=agree)
    run_study(study, store=tmp_path / "store")
    assert len(asked) == 1
    (study.folder / "consent_part.py").write_text("# changed\n")
    with pytest.raises(CodeNotAllowedError):
        run_study(study, store=tmp_path / "store")
    run_study(study, store=tmp_path / "store", ask=agree)
    assert len(asked) == 2


def test_code_may_be_allowed_for_once(study, tmp_path: Path) -> None:
    assert run_study(study, store=tmp_path / "store", allow_code=True).complete
    with pytest.raises(CodeNotAllowedError):
        run_study(study, store=tmp_path / "store")


def test_a_study_without_code_asks_nobody(write_study, tmp_path: Path) -> None:
    plain = read_study(write_study(_STUDY.replace(', "mine=py:consent_net:Net"', "")))
    assert run_study(plain, store=tmp_path / "store", ask=lambda _: pytest.fail("asked")).complete


def test_a_package_of_thousands_of_files_is_not_read_for_an_answer(
    study, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr("srlab.study.consent.MOST_FILES", 1)
    with pytest.raises(CodeNotAllowedError, match="more than 1 Python files"):
        run_study(study, store=tmp_path / "store", ask=lambda _: True)
