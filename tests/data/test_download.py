"""Sets of the hub: unpacked once, whole, and only from archives that can be trusted."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from srlab.data import download
from srlab.data.benchmark import parse_benchmark
from srlab.data.catalog import BENCHMARKS
from srlab.data.degradation import DEGRADATIONS
from srlab.data.download import fetch_set, unpack_images
from srlab.errors import DownloadError, OfflineError
from srlab.hub import HubFile


def png(pixels) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return buffer.getvalue()


def tar(path, members: dict[str, bytes], *special: tarfile.TarInfo):
    with tarfile.open(path, "w:gz") as file:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
        for info in special:
            file.addfile(info)
    return path


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


@pytest.fixture
def hub(tmp_path, monkeypatch, hr):
    """A hub that holds a Set5 of two images, and counts what it is asked for."""
    asked: list[str] = []
    shelf = tmp_path / "hub"
    shelf.mkdir()
    _, lr = DEGRADATIONS["matlab-bicubic"](hr, 2)
    readme = {"Set5_HR/readme.txt": b"hello", "Set5_HR/._baby.png": b"junk"}
    tar(
        shelf / "Set5_HR.tar.gz",
        {"Set5_HR/baby.png": png(hr), "Set5_HR/bird.png": png(hr), **readme},
    )
    tar(
        shelf / "Set5_LR_x2.tar.gz",
        {"Set5_LR_x2/baby.png": png(lr), "Set5_LR_x2/bird.png": png(lr)},
    )

    def fetch(repo, file, *, revision, repo_type):
        assert repo_type == "dataset"
        asked.append(f"{repo}/{file}")
        return HubFile(path=shelf / file.removeprefix("data/"), revision=revision)

    monkeypatch.setattr(download, "fetch_hub_file", fetch)
    monkeypatch.setenv("SRLAB_CACHE", str(tmp_path / "cache"))
    return asked


def test_a_known_set_is_served_with_its_lr(hub, hr):
    found = parse_benchmark("set5").samples(2)
    assert [sample.name for sample in found.samples] == ["baby", "bird"]
    pair = found.samples[0].load()
    assert np.array_equal(pair.hr, hr)
    assert pair.hr_notes == pair.lr_notes == ()
    assert hub == [
        "eugenesiow/Set5/data/Set5_HR.tar.gz",
        "eugenesiow/Set5/data/Set5_LR_x2.tar.gz",
    ]


def test_only_hr_is_fetched_where_lr_is_made(hub):
    found = parse_benchmark("set5").samples(2, degradation="matlab-bicubic")
    assert found.samples[0].load().hr.shape == (50, 62, 3)
    assert hub == ["eugenesiow/Set5/data/Set5_HR.tar.gz"]


def test_a_scale_without_lr_files_is_made_from_hr(hub):
    (sample, *_) = parse_benchmark("set5").samples(8).samples
    assert sample.degradation == "matlab-bicubic"
    assert sample.load().hr.shape == (48, 56, 3)


def test_what_is_unpacked_is_not_asked_for_again(hub):
    parse_benchmark("set5").samples(2)
    asked = len(hub)
    parse_benchmark("set5").samples(2)
    assert len(hub) == asked


def test_the_cache_is_ordered_by_name_and_revision(hub, tmp_path):
    info = BENCHMARKS["set5"]
    home = fetch_set(info, lr_scale=2)
    assert home == tmp_path / "cache/benchmarks/set5" / info.revision
    assert sorted(path.name for path in (home / "HR").iterdir()) == ["baby.png", "bird.png"]
    assert sorted(path.name for path in home.iterdir()) == ["HR", "LR_bicubic"]


def test_without_a_network_the_hubs_own_error_comes_through(hub, monkeypatch):
    def fetch(*_, **__):
        raise OfflineError("no network")

    monkeypatch.setattr(download, "fetch_hub_file", fetch)
    with pytest.raises(OfflineError):
        parse_benchmark("set5").samples(2)


def test_a_zip_is_unpacked_alike(hub, tmp_path, hr):
    with zipfile.ZipFile(tmp_path / "hub/DIV2K_valid_HR.zip", "w") as file:
        file.writestr("DIV2K_valid_HR/", "")
        file.writestr("DIV2K_valid_HR/0801.png", png(hr))
    home = fetch_set(BENCHMARKS["div2k-valid"])
    assert [path.name for path in (home / "HR").iterdir()] == ["0801.png"]


@pytest.mark.parametrize("name", ["../escape.png", "/etc/escape.png", "a/../../escape.png"])
def test_a_member_that_climbs_out_refuses_the_archive(tmp_path, hr, name):
    archive = tar(tmp_path / "bad.tar.gz", {"ok.png": png(hr), name: png(hr)})
    with pytest.raises(DownloadError, match="climbs out"):
        unpack_images(archive, tmp_path / "out/HR")
    assert not list(tmp_path.rglob("escape.png"))


@pytest.mark.parametrize(
    "member",
    [
        special("link.png", tarfile.SYMTYPE, "/etc/passwd"),
        special("hard.png", tarfile.LNKTYPE, "../secret"),
        special("device.png", tarfile.CHRTYPE),
        special("pipe.png", tarfile.FIFOTYPE),
    ],
    ids=lambda member: member.name,
)
def test_a_link_or_a_device_refuses_the_archive(tmp_path, hr, member):
    archive = tar(tmp_path / "bad.tar.gz", {"ok.png": png(hr)}, member)
    with pytest.raises(DownloadError, match="is a link or a device"):
        unpack_images(archive, tmp_path / "HR")


def test_a_link_in_a_zip_refuses_the_archive(tmp_path):
    link = zipfile.ZipInfo("link.png")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as file:
        file.writestr(link, "/etc/passwd")
    with pytest.raises(DownloadError, match="is a link or a device"):
        unpack_images(tmp_path / "bad.zip", tmp_path / "HR")


def test_more_bytes_than_any_set_has_refuse_the_archive_before_they_are_read(tmp_path):
    info = tarfile.TarInfo("huge.png")
    info.size = 9 << 30
    with gzip.open(tmp_path / "bad.tar.gz", "wb") as file:
        file.write(info.tobuf())  # the header alone
    with pytest.raises(DownloadError, match="8 GiB"):
        unpack_images(tmp_path / "bad.tar.gz", tmp_path / "HR")


def test_more_members_than_any_set_has_refuse_the_archive(tmp_path, monkeypatch):
    monkeypatch.setattr(download, "MAX_MEMBERS", 2)
    archive = tar(tmp_path / "bad.tar.gz", {"a.txt": b"", "b.txt": b"", "c.txt": b""})
    with pytest.raises(DownloadError, match="2 members"):
        unpack_images(archive, tmp_path / "HR")


def test_two_images_of_one_name_refuse_the_archive(tmp_path, hr):
    archive = tar(tmp_path / "bad.tar.gz", {"a/x.png": png(hr), "b/x.png": png(hr)})
    with pytest.raises(DownloadError, match=r"called x\.png"):
        unpack_images(archive, tmp_path / "HR")


def test_a_cut_archive_leaves_nothing_behind(tmp_path, hr):
    archive = tar(tmp_path / "cut.tar.gz", {"a.png": png(hr), "b.png": png(hr)})
    archive.write_bytes(archive.read_bytes()[:-4000])
    with pytest.raises(DownloadError, match="is damaged"):
        unpack_images(archive, tmp_path / "home/HR")
    assert list((tmp_path / "home").iterdir()) == []


def test_an_archive_without_images_is_refused(tmp_path):
    with pytest.raises(DownloadError, match="holds no images"):
        unpack_images(tar(tmp_path / "a.tar.gz", {"readme.txt": b"hello"}), tmp_path / "HR")


def test_a_second_process_that_comes_late_keeps_what_is_there(tmp_path, hr):
    archive = tar(tmp_path / "a.tar.gz", {"a.png": png(hr)})
    unpack_images(archive, tmp_path / "home/HR")
    unpack_images(archive, tmp_path / "home/HR")
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["HR"]


def test_another_revision_is_another_folder(hub):
    info = BENCHMARKS["set5"]
    assert fetch_set(info) != fetch_set(replace(info, revision="0" * 40))
