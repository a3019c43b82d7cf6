"""Nets of other people: spandrel's and Swin2SR's; and what comes behind a name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file

from srlab import hub
from srlab.errors import (
    CheckpointMismatchError,
    MemoryShortError,
)
from srlab.extras import import_torchvision
from srlab.hub import HubFile
from srlab.image.resize import Kernel, upscale
from srlab.nets.sight import probe_radius
from srlab.upscale import catalog, network
from srlab.upscale.catalog import describe
from srlab.upscale.correct import correct


@pytest.fixture
def compact(tmp_path: Path) -> Path:
    """A small Real-ESRGAN compact net x2 with random weights, as spandrel knows it."""
    import_torchvision()
    from spandrel.architectures.Compact.__arch.SRVGG import SRVGGNetCompact

    torch.manual_seed(0)
    net = SRVGGNetCompact(num_in_ch=3, num_out_ch=3, num_feat=8, num_conv=2, upscale=2)
    path = tmp_path / "compact.pth"
    torch.save({"params": net.state_dict()}, path)
    return path


def test_an_architecture_of_spandrel_loads(compact: Path, lr: NDArray[np.uint8]) -> None:
    sr = describe(str(compact), 2).load()(lr)
    assert (sr.shape, sr.dtype) == ((42, 52, 3), np.uint8)


def test_a_net_of_another_scale_is_refused(compact: Path) -> None:
    with pytest.raises(CheckpointMismatchError, match=r"trained for x2, and x3 is asked for"):
        describe(str(compact), 3).load()


def test_tiles_of_a_foreign_net_leave_no_seam(compact: Path, lr: NDArray[np.uint8]) -> None:
    whole = describe(str(compact), 2).load()(lr)
    from dataclasses import replace

    tiled = replace(describe(str(compact), 2), tile=16).load()(lr)
    assert np.abs(tiled.astype(int) - whole).max() <= 1


def test_the_ensemble_is_the_mean_over_eight_orientations(
    compact: Path, lr: NDArray[np.uint8]
) -> None:
    call, ensemble = (describe(f"{compact}{s}", 2).load() for s in ("", "+ensemble"))
    turned = []
    for flip in (False, True):
        for turns in range(4):
            x = np.rot90(lr[:, ::-1] if flip else lr, turns)
            y = np.rot90(call(np.ascontiguousarray(x)), -turns)
            turned.append((y[:, ::-1] if flip else y).astype(float))
    # Each of the eight was rounded here and is not there: their mean moves by less than 0.5.
    assert np.abs(np.mean(turned, axis=0) - ensemble(lr)).max() <= 1


def test_memory_that_runs_out_leads_to_tiles_and_is_said(
    compact: Path, lr: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "FALLBACK_TILES", (24, 16))
    expected = describe(str(compact), 2).load()(lr)
    path = compact.with_name("other.pth")
    path.write_bytes(compact.read_bytes())
    call = network.build_network(describe(str(path), 2))
    forward = call.net.forward

    def short_of_memory(x: torch.Tensor) -> torch.Tensor:
        if x.shape[-1] * x.shape[-2] > 500:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return forward(x)

    monkeypatch.setattr(call.net, "forward", short_of_memory)
    assert np.abs(call(lr).astype(int) - expected).max() <= 1
    assert call.notes == ("memory ran out: done in tiles of 16 lr pixels",)


@pytest.mark.parametrize("tile", [None, 16, 40])
def test_memory_that_never_suffices_is_an_error_of_ours(
    compact: Path, lr: NDArray[np.uint8], tile: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = replace(describe(str(compact), 2), tile=tile).load()

    def short_of_memory(x: torch.Tensor) -> torch.Tensor:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(call.net, "forward", short_of_memory)
    with pytest.raises(MemoryShortError, match=r"not even in tiles of \d+ lr pixels"):
        call(lr)


@pytest.mark.parametrize("precision", ["float16", "bfloat16"])
def test_lower_precision_stays_near_and_has_a_key_of_its_own(
    compact: Path, lr: NDArray[np.uint8], precision: str
) -> None:
    from dataclasses import replace

    info = describe(str(compact), 2)
    lower = replace(info, dtype=precision)
    assert lower.fingerprint != info.fingerprint
    assert np.abs(lower.load()(lr).astype(int) - info.load()(lr)).max() <= 8


def test_correct_is_the_loop_that_the_course_wrote(rng: np.random.Generator) -> None:
    lr = rng.integers(0, 256, (9, 8, 3), np.uint8)
    sr = rng.integers(0, 256, (18, 16, 3), np.uint8)
    bilinear = upscale(lr, 2, kernel=Kernel.BILINEAR)
    expected = sr.copy()
    for y in range(18):
        for x in range(16):
            if any(abs(int(sr[y, x, c]) - int(bilinear[y, x, c])) > 64 for c in range(3)):
                expected[y, x] = bilinear[y, x]
    assert np.array_equal(correct(sr, lr, scale=2, threshold=64), expected)
    assert not np.array_equal(expected, sr)


def test_correct_leaves_what_is_near_alone(lr: NDArray[np.uint8]) -> None:
    bilinear = upscale(lr[..., 0], 2, kernel=Kernel.BILINEAR)
    near = np.where(bilinear > 127, bilinear - 64, bilinear + 64).astype(np.uint8)
    assert np.array_equal(correct(near, lr[..., 0], scale=2, threshold=64), near)


@pytest.fixture
def swin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny Swin2SR x2 in Hugging Face format, served as if from the hub."""
    import_torchvision()
    from transformers import Swin2SRConfig, Swin2SRForImageSuperResolution

    torch.manual_seed(0)
    config = Swin2SRConfig(
        embed_dim=12, depths=[1], num_heads=[2], window_size=4, image_size=16, upscale=2
    )
    folder = tmp_path / "swin"
    folder.mkdir()
    save_file(Swin2SRForImageSuperResolution(config).state_dict(), folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config.to_dict()))

    def fetch(repo: str, file: str, **_: object) -> HubFile:
        return HubFile(path=folder / file, revision="0" * 40)

    monkeypatch.setattr(catalog, "fetch_hub_file", fetch)
    return folder


def test_swin2sr_of_the_hub_pads_and_cuts_right(swin: Path, lr: NDArray[np.uint8]) -> None:
    info = describe("hf:some/swin", 2)
    assert (info.name, info.facts["revision"]) == ("swin", "0" * 40)
    assert info.load()(lr).shape == (42, 52, 3)


def test_tiles_of_swin2sr_begin_where_its_windows_do(swin: Path, photo) -> None:
    info = describe("hf:some/swin", 2)
    whole = info.load()(photo)
    for tile in (16, 19):
        assert np.abs(replace(info, tile=tile).load()(photo).astype(int) - whole).max() <= 1


def test_swin2sr_of_another_scale_is_refused(swin: Path) -> None:
    with pytest.raises(CheckpointMismatchError, match="trained for x2"):
        describe("hf:some/swin", 4).load()


def test_a_model_of_another_kind_is_refused(swin: Path) -> None:
    (swin / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(CheckpointMismatchError, match="'bert'; expected swin2sr"):
        describe("hf:some/swin", 2).load()


def test_a_hub_net_without_a_network_is_offline(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *a, **k: None)
    with pytest.raises(hub.OfflineError, match=r"hf download some/swin config\.json"):
        describe("hf:some/swin", 2)


@pytest.mark.parametrize(("kernel", "radius"), [(3, 1), (5, 2), (9, 4)])
def test_the_radius_of_a_convolution_is_found_by_looking(kernel: int, radius: int) -> None:
    torch.manual_seed(0)
    net = torch.nn.Conv2d(3, 3, kernel, padding=kernel // 2)
    found, unlimited = probe_radius(net, 3)
    assert found in (radius, radius + 1)
    assert not unlimited


def test_a_net_that_sees_all_is_unlimited() -> None:
    _, unlimited = probe_radius(lambda x: x + x.mean(), 1)
    assert unlimited


@pytest.mark.parametrize(("suffix", "expected"), [("", 28.2503), ("+ensemble", 28.5410)])
def test_real_esrgan_compact_on_set5(shared: Path, suffix: str, expected: float) -> None:
    """x4, paper-y; 28.25 dB is what is published for this file, below bicubic's 28.43."""
    from srlab.image.files import read_image
    from srlab.metrics.score import score

    call = describe(f"{shared / 'weights' / 'compact_x4.pth'}{suffix}", 4).load()
    values = []
    for hr in sorted((shared / "data/benchmarks/Set5/image_SRF_4").glob("*_HR.png")):
        small = read_image(hr.with_name(hr.name.replace("_HR", "_LR")))
        frame = score(call(small), read_image(hr), scale=4, metrics=["psnr"])
        values.append(frame["value"].iloc[0])
    assert np.mean(values) == pytest.approx(expected, abs=2e-3)


def test_a_note_is_of_one_call(compact: Path, lr: NDArray[np.uint8], monkeypatch) -> None:
    monkeypatch.setattr(network, "FALLBACK_TILES", (24, 16))
    path = compact.with_name("noted.pth")
    path.write_bytes(compact.read_bytes())
    call = network.build_network(describe(str(path), 2))
    forward = call.net.forward

    def short_of_memory(x: torch.Tensor) -> torch.Tensor:
        if x.shape[-1] * x.shape[-2] > 500:
            raise RuntimeError("could not create a primitive")  # oneDNN's word for it
        return forward(x)

    monkeypatch.setattr(call.net, "forward", short_of_memory)
    call(lr)
    assert call.notes
    call(lr[:10, :10])
    assert call.notes == ()


def test_an_ensemble_costs_eight_times_as_much(weights: dict[str, Path]) -> None:
    path = str(weights["rgb.pth"])
    one, eight = (describe(f"{path}{tail}", 2).load().facts() for tail in ("", "+ensemble"))
    assert eight["macs_hd"] == 8 * one["macs_hd"]
    assert eight["macs_per_megapixel"] == 8 * one["macs_per_megapixel"]
    assert eight["parameters"] == one["parameters"]


@pytest.mark.filterwarnings("ignore:torch.meshgrid")
def test_tiles_of_window_attention_are_whole_windows(tmp_path: Path, rng) -> None:
    import_torchvision()
    from spandrel.architectures.SwinIR.__arch.SwinIR import SwinIR

    torch.manual_seed(0)
    net = SwinIR(
        img_size=16, window_size=8, depths=[2], embed_dim=12, num_heads=[2], mlp_ratio=2,
        upscale=2, img_range=1.0, upsampler="pixelshuffledirect", resi_connection="1conv",
    )  # fmt: skip
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.normal_(0, 0.08)
    torch.save(net.state_dict(), tmp_path / "swin.pth")
    info = describe(str(tmp_path / "swin.pth"), 2)
    image = rng.integers(0, 256, (67, 70, 3), np.uint8)
    call = info.load()
    assert call.net.grid == 8
    whole = call(image).astype(int)
    assert np.abs(replace(info, tile=30).load()(image) - whole).max() <= 1
