"""Where the files that come with srlab lie."""

from __future__ import annotations

from pathlib import Path

import pytest

import srlab
from srlab import shipped
from srlab.errors import SrlabError


def _package(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = root / "srlab"
    package.mkdir()
    monkeypatch.setattr(shipped, "__file__", str(package / "shipped.py"))
    return package


def _app(root: Path) -> Path:
    (root / "dashboard").mkdir(parents=True)
    (root / "dashboard" / "app.py").touch()
    return root


def test_in_a_checkout_the_files_lie_at_the_projects_root() -> None:
    assert shipped.share_root() == Path(srlab.__file__).resolve().parents[1]


def test_in_a_wheel_the_files_lie_inside_the_package(tmp_path, monkeypatch) -> None:
    package = _package(tmp_path, monkeypatch)
    assert _app(package / "_share") == shipped.share_root()


def test_the_packages_own_files_count_before_what_lies_beside_it(tmp_path, monkeypatch) -> None:
    package = _package(tmp_path, monkeypatch)
    _app(tmp_path)
    assert _app(package / "_share") == shipped.share_root()


def test_a_broken_installation_says_where_it_looked(tmp_path, monkeypatch) -> None:
    package = _package(tmp_path, monkeypatch)
    with pytest.raises(SrlabError, match="install srlab again") as caught:
        shipped.share_root()
    assert str(package / "_share") in str(caught.value)
