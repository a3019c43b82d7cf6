"""Weights from strangers: what is read, what is refused, and that no code of theirs runs."""

from __future__ import annotations

import io
import json
import pickle
import random
import struct
import warnings
import zipfile
from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save

from srlab.errors import (
    CheckpointError,
    CheckpointMismatchError,
    CheckpointNotFiniteError,
    CheckpointUnreadableError,
    CheckpointUnsafeError,
)
from srlab.nets.checkpoint import Weights, read_weights, read_weights_file
from srlab.nets.recognise import recognise
from srlab.nets.srcnn import SRCNN

_WRAPPERS = ("params_ema", "params", "state_dict", "model_state_dict", "model")


def _weights() -> Weights:
    torch.manual_seed(0)
    return dict(SRCNN(widths=(4, 3)).state_dict())


def _pth(content: object, *, legacy: bool = False) -> bytes:
    file = io.BytesIO()
    torch.save(content, file, _use_new_zipfile_serialization=not legacy)
    return file.getvalue()


def _same(ours: Weights, theirs: Weights) -> bool:
    return ours.keys() == theirs.keys() and all(torch.equal(ours[k], theirs[k]) for k in ours)


@pytest.mark.parametrize("form", ["safetensors", "zip", "legacy"])
def test_the_three_file_formats_hold_the_same_weights(form: str) -> None:
    weights = _weights()
    content = save(weights) if form == "safetensors" else _pth(weights, legacy=form == "legacy")
    assert _same(read_weights(content, name="net"), weights)


@pytest.mark.parametrize("wrapper", _WRAPPERS)
def test_a_wrapper_around_the_weights_is_taken_off(wrapper: str) -> None:
    content = _pth({wrapper: _weights(), "epoch": 3, "optimizer": {"state": {}}})
    assert _same(read_weights(content, name="net.pth"), _weights())


def test_wrappers_inside_one_another_are_taken_off() -> None:
    content = _pth({"model": {"state_dict": _weights()}, "epoch": 3})
    assert _same(read_weights(content, name="net.pth"), _weights())


def test_the_averaged_weights_count_before_the_raw_ones() -> None:
    averaged = {key: value * 0.5 for key, value in _weights().items()}
    content = _pth({"params": _weights(), "params_ema": averaged})
    assert _same(read_weights(content, name="net.pth"), averaged)


def test_module_before_every_key_is_taken_off() -> None:
    content = save({f"module.{key}": value for key, value in _weights().items()})
    assert _same(read_weights(content, name="net"), _weights())


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_weights_that_are_not_finite_are_refused_by_key(bad: float, dtype: torch.dtype) -> None:
    weights = {key: value.to(dtype) for key, value in _weights().items()}
    weights["conv2.weight"][0, 0, 0, 0] = bad
    with pytest.raises(CheckpointNotFiniteError, match=r"conv2\.weight holds nan or infinity"):
        read_weights(save(weights), name="net")


class _Malicious:
    """Unpickling it makes a file: what a stranger's code could do."""

    def __init__(self, trace: Path) -> None:
        self._trace = trace

    def __reduce__(self) -> tuple:
        return Path.touch, (self._trace,)


def _pickled(content: object, how: str) -> bytes:
    if how in ("zip", "legacy"):
        return _pth(content, legacy=how == "legacy")
    return pickle.dumps(content, protocol=int(how))


@pytest.mark.parametrize("how", ["zip", "legacy", "0", "2", "4"])
def test_a_pickle_that_wants_to_run_code_is_refused_and_its_code_did_not_run(
    tmp_path: Path, how: str
) -> None:
    trace = tmp_path / "the-code-ran"
    content = _pickled({"state_dict": _weights(), "extra": _Malicious(trace)}, how)
    with pytest.raises(CheckpointUnsafeError, match=r"net\.pth is a pickle that wants to run "):
        read_weights(content, name="net.pth")
    assert not trace.exists()


def test_the_malicious_pickle_of_these_tests_would_have_run(tmp_path: Path) -> None:
    trace = tmp_path / "the-code-ran"
    pickle.loads(_pickled(_Malicious(trace), "4"))
    assert trace.exists()


def test_a_pickled_module_is_refused_with_what_to_do() -> None:
    with pytest.raises(CheckpointUnsafeError, match=r"torch\.save\(net\.state_dict\(\)"):
        read_weights(_pth(torch.nn.Conv2d(1, 1, 3)), name="net.pth")


@pytest.mark.parametrize("form", ["safetensors", "zip", "legacy"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.98])
def test_a_truncated_file_is_refused(form: str, share: float) -> None:
    weights = _weights()
    content = save(weights) if form == "safetensors" else _pth(weights, legacy=form == "legacy")
    with pytest.raises(CheckpointUnreadableError):
        read_weights(content[: int(len(content) * share)], name="net")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "no file of weights"),
        (b"\n", "no file of weights"),
        (b"version https://git-lfs.github.com/spec/v1", "a pointer of Git LFS"),
        (b"\n<!DOCTYPE html><html>", "a web page"),
    ],
)
def test_text_that_is_called_pth_is_called_what_it_is(content: bytes, what: str) -> None:
    with pytest.raises(CheckpointUnreadableError, match=rf"net\.pth is {what}"):
        read_weights(content, name="net.pth")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_torchscript_archive_is_called_one(tmp_path) -> None:
    torch.jit.save(torch.jit.script(torch.nn.Conv2d(1, 1, 3)), tmp_path / "net.pt")
    with pytest.raises(CheckpointUnreadableError, match="a TorchScript archive"):
        read_weights((tmp_path / "net.pt").read_bytes(), name="net.pt")


def test_a_zip_with_a_name_that_is_no_utf8_is_unreadable() -> None:
    content = _pth(_weights()).replace(b"data.pkl", b"\xdfata.pkl")
    flagged = content.replace(b"PK\x01\x02", b"PK\x01\x02", 1)
    at = flagged.index(b"PK\x01\x02") + 8
    flagged = flagged[:at] + b"\x00\x08" + flagged[at + 2 :]
    with pytest.raises(CheckpointUnreadableError, match="a damaged zip"):
        read_weights(flagged, name="net.pth")


@pytest.mark.parametrize(
    "wrapper", ["net", "params-ema", "model_state", "weights", "generator", "ema_state_dict"]
)
def test_what_coursework_puts_around_a_state_dict_is_taken_off(wrapper: str) -> None:
    beside = {"args": Namespace(lr=1e-4), "best": np.float64(31.5), "epoch": 3}
    read = read_weights(_pth({wrapper: _weights(), **beside}), name="net.pth")
    assert read.keys() == _weights().keys()


def _safetensors(header: object, data: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


@pytest.mark.parametrize("announced", [1 << 30, 1 << 62, (1 << 64) - 1])
def test_an_over_large_header_of_safetensors_is_refused(announced: int) -> None:
    with pytest.raises(CheckpointUnreadableError, match="not a whole safetensors file"):
        read_weights(struct.pack("<Q", announced) + b"{" + b" " * 64, name="net.safetensors")


@pytest.mark.parametrize(
    "fact",
    [
        {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 4]},
        {"dtype": "F32", "shape": [1], "data_offsets": [0, 1 << 40]},
        {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]},
        {"dtype": "F8_E8M0", "shape": [4], "data_offsets": [0, 4]},
        {"dtype": "odd", "shape": [1], "data_offsets": [0, 4]},
    ],
    ids=["too many numbers", "beyond the end", "negative", "a kind torch lacks", "no kind"],
)
def test_a_safetensors_header_that_lies_is_refused(fact: dict) -> None:
    with pytest.raises(CheckpointUnreadableError):
        read_weights(_safetensors({"conv1.weight": fact}, b"1234"), name="net.safetensors")


@pytest.mark.parametrize("content", [[1, 2], torch.ones(3), {}, "text", 3], ids=repr)
def test_a_file_without_tensors_by_name_is_refused(content: object) -> None:
    with pytest.raises(CheckpointMismatchError, match="no tensors by name"):
        read_weights(_pth(content), name="net.pth")


def test_numbers_and_texts_beside_tensors_are_left_out_and_lists_are_named() -> None:
    beside = {"epoch": 3, "loss": np.float32(0.1), "note": "best", "args": Namespace(a=1)}
    assert read_weights(_pth({**_weights(), **beside}), name="net.pth").keys() == _weights().keys()
    with pytest.raises(CheckpointMismatchError, match="'losses' beside tensors"):
        read_weights(_pth({**_weights(), "losses": [1.0]}), name="net.pth")


def test_a_dictionary_that_holds_itself_is_refused() -> None:
    endless: dict = {}
    endless["model"] = endless
    with pytest.raises(CheckpointMismatchError):
        read_weights(_pth(endless), name="net.pth")


def test_a_small_file_cannot_announce_a_huge_tensor() -> None:
    huge = torch.zeros(1).expand(1 << 40)
    with pytest.raises(CheckpointUnreadableError, match="more than the file"):
        read_weights(_pth({"conv1.weight": huge}), name="net.pth")


@pytest.mark.parametrize(
    "tensor",
    [
        torch.zeros(3, device="meta"),
        torch.eye(3).to_sparse(),
        torch.ones(3, dtype=torch.complex64),
    ],
    ids=["without values", "sparse", "complex"],
)
def test_only_dense_real_tensors_are_read(tensor: torch.Tensor) -> None:
    with pytest.raises(CheckpointMismatchError, match="expected a dense tensor of real numbers"):
        read_weights(_pth({"conv1.weight": tensor}), name="net.pth")


@pytest.mark.parametrize("form", ["safetensors", "zip", "legacy"])
def test_whatever_is_damaged_the_error_is_one_of_ours(form: str) -> None:
    weights = _weights()
    whole = save(weights) if form == "safetensors" else _pth(weights, legacy=form == "legacy")
    chance, refused = random.Random(0), 0
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            content[chance.randrange(min(len(content), 1200))] = chance.randrange(256)
        try:
            recognise(read_weights(bytes(content), name="net"), name="net")
        except CheckpointError:
            refused += 1
    assert refused > 15


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointUnreadableError, match="No such file"):
        read_weights_file(tmp_path / "net.pth")


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    with path.open("wb") as file:
        file.truncate((4 << 30) + 1)
    with pytest.raises(CheckpointUnreadableError, match="at most"):
        read_weights_file(path)


def test_what_torch_compile_puts_before_every_key_is_taken_off() -> None:
    weights = {f"_orig_mod.module.{key}": value for key, value in _weights().items()}
    assert _same(read_weights(_pth(weights), name="net"), _weights())


def test_a_compressed_archive_is_refused_before_it_is_unpacked() -> None:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_pth({"a": torch.zeros(1 << 20)}))) as plain,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for entry in plain.infolist():
            packed.writestr(entry.filename, plain.read(entry))
    with pytest.raises(CheckpointUnreadableError, match=r"unpacks to 4,19.* bytes from"):
        read_weights(buffer.getvalue(), name="net")


def test_a_nested_tensor_is_refused() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nested tensors are a prototype, torch says
        nested = torch.nested.nested_tensor([torch.zeros(2), torch.zeros(3)])
    with pytest.raises(CheckpointMismatchError, match="is a nested tensor"):
        read_weights(_pth({"a": nested}), name="net")


def test_arrays_of_numpy_by_name_are_weights_too() -> None:
    arrays = {"conv1.weight": np.arange(6, dtype=np.float32).reshape(2, 3), "epoch": 3}
    weights = read_weights(_pth(arrays), name="x.pth")
    assert list(weights) == ["conv1.weight"]
    assert torch.equal(weights["conv1.weight"], torch.arange(6.0).reshape(2, 3))
