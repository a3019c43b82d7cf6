from __future__ import annotations

import csv
import math

import numpy as np
import pytest
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity

from srlab.data.degradation import DEGRADATIONS
from srlab.errors import (
    ChannelMismatchError,
    ImageTooSmallError,
    ProtocolError,
    SizeMismatchError,
    UsageError,
)
from srlab.fingerprint import canonical_json
from srlab.image.color import luma
from srlab.metrics.catalog import METRICS, score_facts
from srlab.metrics.protocol import PROTOCOLS, STANDARD, Measure, Protocol
from srlab.metrics.score import score, score_pair
from tests.metrics import golden


def value(sr: np.ndarray, hr: np.ndarray, metric: str, protocol: str, scale: int = 3) -> float:
    frame = score(sr, hr, scale=scale, metrics=[metric], protocols=[protocol])
    return float(frame["value"].iloc[0])


def test_every_protocol_and_metric_gives_its_golden_value() -> None:
    """Frozen after the witnesses agreed; libm may differ in the last digits, hence 1e-9."""
    with golden.FILE.open() as file:
        frozen = {
            (r["picture"], r["metric"], r["protocol"]): float(r["value"])
            for r in csv.DictReader(file)
        }
    found = {tuple(row[:3]): row[3] for row in golden.rows()}
    assert found.keys() == frozen.keys()
    worst = max(abs(found[key] - frozen[key]) for key in frozen)
    assert worst < 1e-9, f"off by up to {worst}"


def test_paper_y_is_scikit_image_on_the_luma_without_a_border_of_scale() -> None:
    sr, hr = golden.pair("chelsea")
    ours, theirs = luma(sr)[3:-3, 3:-3], luma(hr)[3:-3, 3:-3]
    psnr = peak_signal_noise_ratio(theirs, ours, data_range=255)
    full = structural_similarity(
        theirs,
        ours,
        data_range=255,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        full=True,
    )[1]
    assert value(sr, hr, "psnr", "paper-y") == pytest.approx(psnr, abs=1e-12)
    assert value(sr, hr, "ssim", "paper-y") == pytest.approx(full[5:-5, 5:-5].mean(), abs=1e-12)


@pytest.mark.parametrize(("protocol", "border"), [("paper-rgb", 3), ("ntire", 9), ("full-rgb", 0)])
def test_rgb_protocols_are_one_mse_over_all_channels(protocol: str, border: int) -> None:
    sr, hr = golden.pair("chelsea")
    inside = slice(border, -border or None)
    mse = mean_squared_error(hr[inside, inside].astype(float), sr[inside, inside].astype(float))
    assert value(sr, hr, "mse", protocol) == pytest.approx(mse, abs=1e-11)
    assert value(sr, hr, "psnr", protocol) == pytest.approx(
        10 * math.log10(255**2 / mse), abs=1e-12
    )


def test_replicating_a_grey_image_before_luma_is_worth_132_hundredths_of_a_db() -> None:
    """The studio swing shrinks grey differences by 219/255: 20 log10(255/219) = 1.3220 dB."""
    sr, hr = golden.pair("camera")
    gain = value(sr, hr, "psnr", "basicsr-y") - value(sr, hr, "psnr", "paper-y")
    assert gain == pytest.approx(20 * math.log10(255 / 219), abs=1e-3)


@pytest.mark.parametrize("picture", golden.PICTURES)
@pytest.mark.parametrize("protocol", golden.protocols())
def test_identical_images_are_infinitely_good(picture: str, protocol: str) -> None:
    _, hr = golden.pair(picture)
    assert value(hr, hr, "psnr", protocol) == math.inf
    assert value(hr, hr, "ssim", protocol) == pytest.approx(1, abs=1e-15)
    assert value(hr, hr, "mae", protocol) == 0


def test_swapped_channels_are_noticed_under_y_and_rgb() -> None:
    sr, hr = golden.pair("chelsea")
    for protocol in ("paper-y", "paper-rgb"):
        assert value(sr[..., ::-1], hr, "psnr", protocol) < value(sr, hr, "psnr", protocol) - 1


def test_one_failing_metric_leaves_the_others() -> None:
    sr, hr = (image[:16, :16] for image in golden.pair("chelsea"))
    wanted = [(METRICS["ssim"], PROTOCOLS[name]) for name in ("full-rgb", "paper-y")]
    whole, cut = score_pair(sr, hr, wanted, scale=3)
    assert whole.error is None
    assert isinstance(cut.error, ImageTooSmallError)
    assert "10x10" in str(cut.error)


@pytest.mark.parametrize("metric", ["psnr", "mse", "mae", "rmse"])
def test_errors_per_pixel_are_measured_on_any_size(metric: str) -> None:
    sr, hr = (image[:1, :3] for image in golden.pair("chelsea"))
    difference = sr.astype(np.float64) - hr
    expected = {
        "mse": np.mean(difference**2),
        "mae": np.mean(np.abs(difference)),
        "rmse": np.sqrt(np.mean(difference**2)),
        "psnr": 20 * np.log10(255 / np.sqrt(np.mean(difference**2))),
    }[metric]
    assert value(sr, hr, metric, "full-rgb") == pytest.approx(expected, rel=1e-12)


def test_sizes_that_differ_say_what_to_do() -> None:
    sr, hr = golden.pair("chelsea")
    with pytest.raises(SizeMismatchError, match="lacks 3 rows"):
        score(sr[:-3], hr, scale=3)


def test_a_colour_reference_and_a_grey_sr_do_not_fit() -> None:
    sr, hr = golden.pair("chelsea")
    with pytest.raises(ChannelMismatchError):
        score(sr[..., 0], hr, scale=3)


def test_without_a_scale_only_a_fixed_border_will_do() -> None:
    sr, hr = golden.pair("chelsea")
    assert len(score(sr, hr, protocols=["full-rgb"])) == 2
    with pytest.raises(UsageError, match="no scale was given"):
        score(sr, hr, protocols=["paper-y"])


def test_scores_come_in_the_order_asked() -> None:
    sr, hr = golden.pair("camera")
    frame = score(sr, hr, scale=3, metrics=["ssim", "psnr"], protocols=["ntire", "paper-y"])
    assert frame[["protocol", "metric"]].to_numpy().tolist() == [
        ["ntire", "ssim"],
        ["ntire", "psnr"],
        ["paper-y", "ssim"],
        ["paper-y", "psnr"],
    ]


def test_facts_of_a_score_leave_out_what_its_metric_does_not_feel() -> None:
    lpips, psnr = METRICS["lpips"], METRICS["psnr"]
    paper, matlab = PROTOCOLS["paper-y"], PROTOCOLS["matlab-y"]
    assert score_facts(lpips, paper, 3) == score_facts(lpips, matlab, 3)
    assert score_facts(lpips, paper, 3) != score_facts(lpips, paper, 2)
    assert score_facts(psnr, paper, 3) != score_facts(psnr, matlab, 3)


def test_facts_of_a_score_name_the_learned_backbone() -> None:
    facts = score_facts(METRICS["lpips-squeeze"], PROTOCOLS["paper-y"], 2)
    assert facts["backbone"] == "torchvision/squeezenet1_1-b8a52dc0"


def test_a_protocols_digest_is_its_two_halves_and_not_its_name() -> None:
    twin = Protocol(name="mine", title="my own", measure=Measure())
    assert twin.digest == PROTOCOLS["paper-y"].digest
    assert len({protocol.digest for protocol in PROTOCOLS}) == len(PROTOCOLS.names())


def test_float_luma_is_scored_as_it_is(rng) -> None:
    """Neither rounded nor cut: half a level everywhere is an MSE of a quarter."""
    hr = rng.integers(16, 235, (12, 15)).astype(np.float32)
    wanted = [(METRICS[name], PROTOCOLS["srcnn-pytorch"]) for name in ("mse", "psnr", "ssim")]
    mse, psnr, ssim = score_pair(hr + 0.5, hr, wanted, scale=3)
    assert mse.value == 0.25
    assert psnr.value == pytest.approx(10 * math.log10(255**2 / 0.25), abs=1e-12)
    assert 0.999 < ssim.value < 1


def test_an_image_of_8_bits_never_serves_the_protocol_of_float_luma() -> None:
    sr, hr = golden.pair("chelsea")
    with pytest.raises(ProtocolError, match="srlab evaluate --protocol srcnn-pytorch"):
        score(sr, hr, scale=3, protocols=["srcnn-pytorch"])


def test_float_luma_serves_no_other_protocol(rng) -> None:
    hr = rng.uniform(16, 235, (12, 15))
    for name in golden.protocols():
        [found] = score_pair(hr, hr, [(METRICS["psnr"], PROTOCOLS[name])], scale=2)
        assert found.error is not None


def test_a_metric_of_rgb_has_nothing_to_look_at_in_float_luma(rng) -> None:
    hr = rng.uniform(16, 235, (12, 15))
    [found] = score_pair(hr, hr, [(METRICS["lpips"], PROTOCOLS["srcnn-pytorch"])], scale=2)
    assert isinstance(found.error, ProtocolError)


def test_the_protocols_own_degradation_is_in_the_catalog() -> None:
    named = {protocol.preparation.degradation for protocol in PROTOCOLS}
    assert named == {STANDARD, "srcnn-pytorch"}
    assert "srcnn-pytorch" in DEGRADATIONS


def test_facts_of_float_luma_are_those_of_no_other_protocol() -> None:
    facts = [canonical_json(score_facts(METRICS["psnr"], protocol, 3)) for protocol in PROTOCOLS]
    assert len(set(facts)) == len(facts)


def test_a_protocol_tells_what_it_does_in_words() -> None:
    assert PROTOCOLS["srcnn-pytorch"].in_words() == (
        "the luma 16 + (64.738 R + 129.057 G + 25.064 B)/256 in floating point, of hr resized to "
        "a multiple of the scale by Pillow, no border cut; grey images are replicated to RGB first"
    )
    assert PROTOCOLS["ntire"].in_words() == (
        "all three RGB channels, scale + 6 pixels cut from each border; grey images are compared "
        "as they are"
    )
