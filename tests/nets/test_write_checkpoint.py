"""Checkpoints of our own: written whole, read back, and a stranger's header not believed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save

from srlab.errors import CheckpointMismatchError, CheckpointUnreadableError
from srlab.nets import header
from srlab.nets import save as saving
from srlab.nets.header import read_header
from srlab.nets.recognise import load_net
from srlab.nets.save import write_checkpoint
from srlab.nets.srcnn import SRCNN
from tests.nets.every import SMALL, small_net, small_spec

_FACTS = {"recipe": {"name": "tiny"}, "psnr": 30.5}


def _written(path: Path, name: str = "edsr", **where: int) -> bytes:
    spec, net = small_spec(name, **where), small_net(name, **where)
    write_checkpoint(path / "net.safetensors", spec, net.state_dict(), facts=_FACTS)
    return (path / "net.safetensors").read_bytes()


def _with_header(text: str) -> bytes:
    return save({"a": torch.zeros(1)}, metadata={"srlab": text})


@pytest.mark.parametrize("name", list(SMALL))
@pytest.mark.parametrize(("scale", "channels"), [(2, 1), (3, 3)])
def test_every_net_comes_back_as_it_was(tmp_path, name, scale, channels) -> None:
    content = _written(tmp_path, name, scale=scale, channels=channels)
    net = load_net(content, name="net", scale=scale)
    x = torch.rand(1, channels, 8, 9)
    with torch.inference_mode():
        assert torch.equal(net(x), small_net(name, scale=scale, channels=channels)(x))
    assert not net.training


def test_the_header_says_net_and_facts(tmp_path) -> None:
    found = read_header(_written(tmp_path), name="net")
    assert found is not None
    assert found.spec == small_spec("edsr")
    assert found.facts == _FACTS


def test_channels_last_weights_are_written_plain(tmp_path) -> None:
    net = small_net("edsr").to(memory_format=torch.channels_last)
    path = tmp_path / "net.safetensors"
    write_checkpoint(path, small_spec("edsr"), net.state_dict(), facts=_FACTS)
    assert path.read_bytes() == _written(tmp_path / "plain")


def test_an_interrupted_write_leaves_the_old_checkpoint(tmp_path, monkeypatch) -> None:
    before = _written(tmp_path)

    def fail(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(saving.os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        _written(tmp_path, "cnn3")
    assert [path.name for path in tmp_path.iterdir()] == ["net.safetensors"]
    assert (tmp_path / "net.safetensors").read_bytes() == before


def test_another_scale_than_asked_for_is_refused(tmp_path) -> None:
    with pytest.raises(CheckpointMismatchError, match="trained for x2, and x4 is asked for"):
        load_net(_written(tmp_path), name="net", scale=4)


def test_a_file_of_someone_else_has_no_header_of_ours() -> None:
    net = SRCNN(widths=(4, 3))
    content = save(net.state_dict())
    assert read_header(content, name="net") is None
    assert load_net(content, name="net").channels == 1
    assert read_header(b"", name="net") is None
    assert read_header(b"PK\x03\x04" + bytes(100), name="net") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "its srlab header is damaged"),
        ("[]", "its srlab header is damaged"),
        ("{}", "its srlab header is damaged"),
        ("[" * 100_000, "its srlab header is damaged"),
        ('{"format":2,"net":{},"facts":{}}', "written in format 2, this srlab reads 1"),
        ('{"format":1,"net":[],"facts":{}}', "no tables of net and facts"),
        ('{"format":1,"net":{},"facts":{}}', "no architecture is called ''"),
        ('{"format":1,"net":{"architecture":"edsr","scale":2,"width":1e9},"facts":{}}', "width is"),
        ('{"format":1,"net":{"architecture":"os:system","scale":2},"facts":{}}', "os:system"),
    ],
)
def test_a_damaged_header_is_named(text, message) -> None:
    with pytest.raises(CheckpointMismatchError, match=message):
        read_header(_with_header(text), name="net.safetensors")


def test_a_header_too_long_to_be_ours_is_not_read() -> None:
    facts: dict[str, Any] = {"format": 1, "net": small_spec("edsr").facts(), "facts": {}}
    facts["facts"]["noise"] = "x" * header.MAX_HEADER_BYTES
    assert read_header(_with_header(json.dumps(facts)), name="net") is None


def test_weights_that_do_not_fit_the_header_say_which() -> None:
    net = small_net("edsr")
    spec = small_spec("edsr-direct")
    text = json.dumps({"format": 1, "net": spec.facts(), "facts": {}})
    content = save(dict(net.state_dict()), metadata={"srlab": text})
    with pytest.raises(CheckpointMismatchError, match=r"net: .*Missing key.*body\.1\.conv1"):
        load_net(content, name="net")


def test_a_cut_file_is_unreadable(tmp_path) -> None:
    content = _written(tmp_path)
    with pytest.raises(CheckpointUnreadableError, match="not a whole safetensors file"):
        load_net(content[:-10], name="net")
