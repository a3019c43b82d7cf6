"""Upscalers on float luma: what each is given, that nothing is rounded, and who has none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from srlab.data.luma import Luma
from srlab.errors import ProtocolError, SizeMismatchError
from srlab.nets.edsr import EDSR
from srlab.nets.srcnn import SRCNN
from srlab.upscale.catalog import describe, reference
from srlab.upscale.luma import luma_call, luma_notes
from srlab.upscale.network import NetworkUpscaler


@pytest.fixture
def luma(rng) -> Luma:
    def levels(height, width):
        return rng.uniform(16, 235, (height, width)).astype(np.float32)

    return Luma(hr=levels(24, 36), lr=levels(12, 18), enlarged=levels(24, 36))


def test_bicubic_is_the_enlargement_itself(luma) -> None:
    assert luma_call(describe("mine=bicubic", 2))(luma) is luma.enlarged


def test_the_reference_is_hr(luma) -> None:
    assert luma_call(reference(2))(luma) is luma.hr


def test_a_luma_net_gives_what_it_makes_of_the_enlargement_not_rounded(weights, luma) -> None:
    info = describe(str(weights["luma.safetensors"]), 2)
    made = luma_call(info)(luma)
    net = info.load().net  # pyright: ignore
    x = torch.from_numpy(luma.enlarged)[None, None] / 255
    with torch.inference_mode():
        expected = net(x).clamp(0, 1)[0, 0].numpy() * 255.0
    # Divided by 255 in float64 here: one step of float32 below 1 is 6e-8, or 1.5e-5 levels.
    np.testing.assert_allclose(made, expected, rtol=0, atol=5e-5)
    assert made.shape == luma.hr.shape
    assert (made != np.round(made)).mean() > 0.99


def test_levels_beyond_black_and_white_are_clamped(luma) -> None:
    net = SRCNN(channels=1, widths=(2, 2)).eval()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.zero_()
        for sign, level in ((1, 255.0), (-1, 0.0)):
            net.conv3.bias.fill_(3.0 * sign)
            made = NetworkUpscaler(net, scale=2).on_luma(luma)
            assert np.array_equal(made, np.full((24, 36), level))


def test_a_net_that_enlarges_is_given_lr(luma) -> None:
    net = EDSR(scale=2, channels=1, width=4, depth=1).eval()
    upscaler = NetworkUpscaler(net, scale=2)
    assert upscaler.on_luma(luma).shape == luma.hr.shape
    nothing = replace(luma, enlarged=None)
    assert np.array_equal(upscaler.on_luma(luma), upscaler.on_luma(nothing))


def test_a_net_on_a_side_that_the_file_lacks_says_how_to_pack_it(weights, luma) -> None:
    net = EDSR(scale=2, channels=1, width=4, depth=1).eval()
    with pytest.raises(ProtocolError, match=r"takes native lr.*with --native"):
        NetworkUpscaler(net, scale=2).on_luma(replace(luma, lr=None))
    native = replace(luma, enlarged=None)
    with pytest.raises(ProtocolError, match=r"takes enlarged lr.*without --native"):
        luma_call(describe(str(weights["luma.safetensors"]), 2))(native)
    with pytest.raises(ProtocolError, match="native lr and not its bicubic enlargement"):
        luma_call(describe("bicubic", 2))(native)


def test_an_output_of_another_size_is_refused(luma) -> None:
    net = EDSR(scale=2, channels=1, width=4, depth=1).eval()
    with pytest.raises(SizeMismatchError, match="gave 16x36 for an lr of 8x18"):
        NetworkUpscaler(net, scale=2).on_luma(replace(luma, lr=luma.lr[:8]))


@pytest.mark.parametrize("what", ["nearest", "bilinear", "lanczos"])
def test_other_kernels_have_no_float_luma(what: str) -> None:
    with pytest.raises(ProtocolError, match=f"{what} gives images of 8 bits; expected bicubic"):
        luma_call(describe(what, 2))


def test_a_net_on_rgb_has_none(weights) -> None:
    with pytest.raises(ProtocolError, match="works on RGB; expected one on luma"):
        luma_call(describe(str(weights["rgb.pth"]), 2))


def test_a_correction_has_none(weights) -> None:
    for what in ("bicubic+correct", f"{weights['luma.safetensors']}+correct=9"):
        with pytest.raises(ProtocolError, match=r"\+correct works on images of 8 bits"):
            luma_call(describe(what, 2))


def test_ready_images_have_none(tmp_path) -> None:
    with pytest.raises(ProtocolError, match="gives images of 8 bits"):
        luma_call(describe(f"mine=outputs:{tmp_path}", 2))


def test_an_ensemble_is_averaged_in_float(weights, luma) -> None:
    path = weights["luma.safetensors"]
    plain, mean = (luma_call(describe(f"{path}{s}", 2))(luma) for s in ("", "+ensemble"))
    assert mean.shape == plain.shape
    assert not np.array_equal(mean, plain)


def test_what_was_done_otherwise_than_asked_is_told(weights) -> None:
    info = describe(str(weights["luma.safetensors"]), 2)
    assert luma_notes(info) == info.load().notes  # pyright: ignore
    assert luma_notes(describe("bicubic", 2)) == ()
