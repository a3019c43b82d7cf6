"""Written evaluation files: whose layout they have, and what comes back."""

from __future__ import annotations

import subprocess
import sys

import h5py
import numpy as np
import pytest

from srlab.data.benchmark import parse_benchmark
from srlab.data.luma import luma_of
from srlab.data.pack import pack
from srlab.errors import BenchmarkError, ImageUnreadableError, PartnerMissingError, UsageError


@pytest.fixture
def pets(tmp_path, save, hr, grey):
    """A folder with a picture in colour and a grey one."""
    save(tmp_path / "pets/cat 10.png", hr)
    save(tmp_path / "pets/cat 9.png", grey)
    return parse_benchmark(str(tmp_path / "pets"))


@pytest.fixture
def out(tmp_path):
    return tmp_path / "made/eval.h5"


class EvalDataset:
    """`datasets.py` of yjn870/SRCNN-pytorch, without torch."""

    def __init__(self, h5_file):
        self.h5_file = h5_file

    def __getitem__(self, idx):
        with h5py.File(self.h5_file, "r") as f:
            return np.expand_dims(f["lr"][str(idx)][:, :] / 255.0, 0), np.expand_dims(
                f["hr"][str(idx)][:, :] / 255.0, 0
            )

    def __len__(self):
        with h5py.File(self.h5_file, "r") as f:
            return len(f["lr"])


def test_the_srcnn_pytorch_code_reads_what_was_written(pets, out):
    assert pack(pets, 3, out) == 2
    theirs = EvalDataset(out)
    assert len(theirs) == 2
    lr, hr = theirs[1]
    assert lr.shape == hr.shape == (1, 48, 60)
    assert lr.dtype == hr.dtype == np.float32
    assert 16 / 255 <= hr.min() < hr.max() <= 235 / 255


def test_a_written_file_comes_back_as_it_was_with_its_names(pets, out):
    pack(pets, 3, out)
    back = parse_benchmark(str(out))
    assert back.scales() == (3,)
    written, read = pets.luma_samples(3).samples, back.luma_samples(3).samples
    assert [sample.name for sample in read] == ["cat 9", "cat 10"]
    for sample, again in zip(written, read, strict=True):
        pair, luma = sample.load(), again.load().luma
        expected = luma_of(pair.hr, pair.lr)
        np.testing.assert_array_equal(luma.hr, expected.hr)
        np.testing.assert_array_equal(luma.enlarged, expected.enlarged)


def test_a_native_lr_is_as_small_as_lr_is(pets, out):
    pack(pets, 4, out, native=True)
    [sample, _] = parse_benchmark(str(out)).samples(4).samples
    pair = sample.load()
    assert (pair.hr.shape, pair.lr.shape) == ((48, 60), (12, 15))


def test_equal_images_give_equal_bytes(pets, out, tmp_path):
    pack(pets, 2, out)
    pack(pets, 2, tmp_path / "again.h5")
    assert out.read_bytes() == (tmp_path / "again.h5").read_bytes()


def test_the_file_tells_how_it_was_made(pets, out):
    pack(pets, 2, out, degradation="matlab-bicubic")
    with h5py.File(out) as file:
        told = dict(file.attrs)
    assert told["format"] == "srlab-evaluation"
    assert (told["version"], told["scale"], told["degradation"]) == (1, 2, "matlab-bicubic")


def test_an_image_that_does_not_decode_leaves_no_file(pets, out):
    (pets.origin / "cat 11.png").write_bytes(b"text")
    with pytest.raises(ImageUnreadableError, match=r"cat 11\.png"):
        pack(pets, 3, out)
    assert not out.parent.exists()


_PACK_WITHOUT_ROOM = """
import resource, signal, sys
from pathlib import Path
from srlab.data.benchmark import parse_benchmark
from srlab.data.pack import pack
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder, out, room = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_FSIZE, (int(room), resource.RLIM_INFINITY))
pack(parse_benchmark(folder), 3, Path(out))
"""


@pytest.mark.parametrize("room", [100, 3000, 20_000])
def test_a_disk_that_is_full_leaves_no_file_and_says_so(pets, out, room):
    command = [sys.executable, "-c", _PACK_WITHOUT_ROOM, str(pets.origin), str(out), str(room)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr.endswith(
        f"srlab.errors.BenchmarkError: {out} could not be written (File too large); make room, or "
        "name another place\n"
    )
    assert done.returncode == 1
    assert list(out.parent.iterdir()) == []


def test_a_file_that_is_there_is_left_alone(pets, out):
    out.parent.mkdir()
    out.write_bytes(b"mine")
    with pytest.raises(UsageError, match="is there already"):
        pack(pets, 3, out)
    assert out.read_bytes() == b"mine"


def test_another_ending_is_refused(pets, tmp_path):
    with pytest.raises(UsageError, match=r"should end in \.h5"):
        pack(pets, 3, tmp_path / "eval.mat")


def test_an_evaluation_file_is_not_packed_again(pets, out, tmp_path):
    pack(pets, 3, out)
    with pytest.raises(UsageError, match="is an evaluation file already"):
        pack(parse_benchmark(str(out)), 3, tmp_path / "again.h5")


def test_a_pair_that_lacks_its_lr_is_not_left_out_silently(tmp_path, save, save_pair, hr, out):
    save_pair(tmp_path / "Set/HR/a.png", tmp_path / "Set/LR_bicubic/X2/a.png", 2)
    save(tmp_path / "Set/HR/b.png", hr)
    with pytest.raises(PartnerMissingError, match="has no x2 lr"):
        pack(parse_benchmark(str(tmp_path / "Set")), 2, out, degradation="given")


def test_a_name_that_a_reader_would_refuse_is_refused_before_it_is_written(tmp_path, save, hr, out):
    save(tmp_path / "odd/cat\x1b.png", hr)
    with pytest.raises(BenchmarkError, match="calls an image"):
        pack(parse_benchmark(str(tmp_path / "odd")), 2, out)
    assert not out.parent.exists()
