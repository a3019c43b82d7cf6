"""The net that weights belong to, read off their keys and shapes."""

from __future__ import annotations

import io

import pytest
import torch

from srlab.errors import CheckpointMismatchError
from srlab.nets.recognise import fill, load_net, recognise
from srlab.nets.spec import make_spec
from srlab.nets.srcnn import SRCNN


def _weights(**facts: object) -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return dict(SRCNN(**facts).state_dict())


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("kernels", [(9, 1, 5), (9, 3, 5), (9, 5, 5)], ids=str)
def test_srcnn_is_recognised_with_its_kernels_and_channels(
    kernels: tuple[int, int, int], channels: int
) -> None:
    weights = _weights(kernels=kernels, channels=channels)
    net = recognise(weights, name="net.pth")
    assert net.channels == channels
    assert net.receptive_radius == sum(kernel // 2 for kernel in kernels)
    assert not net.training
    # The very same weights in the very same net.
    x = torch.rand(1, channels, 24, 20)
    original = SRCNN(kernels=kernels, channels=channels).eval()
    original.load_state_dict(weights)
    with torch.inference_mode():
        assert torch.equal(net(x), original(x))


def test_narrow_nets_are_recognised_too() -> None:
    net = recognise(_weights(widths=(8, 4)), name="net.pth")
    assert net.conv1.out_channels == 8
    assert net.conv2.out_channels == 4


def test_the_size_is_kept(rng) -> None:
    net = recognise(_weights(widths=(4, 3)), name="net.pth")
    with torch.inference_mode():
        assert net(torch.rand(1, 1, 13, 7)).shape == (1, 1, 13, 7)


def test_half_precision_weights_run_in_single_precision() -> None:
    weights = {key: value.half() for key, value in _weights(widths=(4, 3)).items()}
    assert {p.dtype for p in recognise(weights, name="net.pth").parameters()} == {torch.float32}


def test_keys_of_no_known_net_are_shown() -> None:
    with pytest.raises(
        CheckpointMismatchError, match=r"has no conv1\.bias, .*it holds body\.0\.weight"
    ):
        recognise({"body.0.weight": torch.zeros(1)}, name="net.pth")


def test_a_missing_key_makes_it_no_srcnn() -> None:
    weights = _weights()
    del weights["conv2.bias"]
    with pytest.raises(CheckpointMismatchError, match="expected conv1, conv2, conv3"):
        recognise(weights, name="net.pth")


def test_a_key_too_many_is_named() -> None:
    with pytest.raises(CheckpointMismatchError, match=r"conv4\.weight does not belong"):
        recognise({**_weights(), "conv4.weight": torch.zeros(1)}, name="net.pth")


@pytest.mark.parametrize(
    ("key", "shape"),
    [
        ("conv1.weight", (64, 2, 9, 9)),
        ("conv1.weight", (64, 1, 9, 7)),
        ("conv1.weight", (64, 1, 8, 8)),
        ("conv1.weight", (64, 81)),
        ("conv2.weight", (32, 63, 5, 5)),
        ("conv3.weight", (3, 32, 5, 5)),
        ("conv3.weight", (1, 16, 5, 5)),
        ("conv1.weight", (0, 1, 9, 9)),
    ],
    ids=str,
)
def test_shapes_that_do_not_follow_one_another_are_shown(key: str, shape: tuple) -> None:
    with pytest.raises(CheckpointMismatchError, match="do not follow one another") as caught:
        recognise({**_weights(), key: torch.zeros(shape)}, name="net.pth")
    assert str(shape) in str(caught.value)


def test_a_bias_of_the_wrong_length_is_shown_on_one_line() -> None:
    with pytest.raises(CheckpointMismatchError, match=r"conv1\.bias") as caught:
        recognise({**_weights(), "conv1.bias": torch.zeros(3)}, name="net.pth")
    assert "\n" not in str(caught.value)


def test_a_header_that_announces_a_huge_net_costs_nothing() -> None:
    import resource

    settings = {"architecture": "edsr", "scale": 2, "width": 1024, "depth": 128}
    spec = make_spec(settings, place="test")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(CheckpointMismatchError, match="Missing key"):
        fill(spec, {"a": torch.zeros(1)}, name="bomb")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000  # kB; it is 10 GB


@pytest.mark.parametrize(
    "weights",
    [
        {"body.0.weight": torch.zeros(8)},
        {"body.0.weight": torch.zeros(8, 0, 3, 3)},
        {
            "body.0.weight": torch.zeros(8, 3, 3, 3),
            "body.1.weight": torch.zeros(8),
            "body.400000000.weight": torch.zeros(12, 8, 3, 3),
            "body.400000000.bias": torch.zeros(12),
        },
    ],
)
def test_shapes_and_numbers_that_no_net_has_are_refused(weights) -> None:
    from safetensors.torch import save

    with pytest.raises(CheckpointMismatchError, match="odd"):
        load_net(save(weights), name="odd", scale=2)


@pytest.mark.parametrize(
    "prefix", ["net.", "model.", "netG.", "generator.", "module.model.", "my_sr.", "model.net."]
)
def test_what_trainers_put_before_keys_is_taken_off(prefix: str) -> None:
    """Lightning's `model.`, MMagic's `generator.`, and any word that all keys share."""
    weights = SRCNN(channels=1).state_dict()
    content = io.BytesIO()
    torch.save({"state_dict": {f"{prefix}{key}": value for key, value in weights.items()}}, content)
    net = load_net(content.getvalue(), name="net.ckpt")
    assert torch.equal(net.state_dict()["conv1.weight"], weights["conv1.weight"])


def test_a_critic_beside_the_generator_is_left_out() -> None:
    weights = SRCNN(channels=1).state_dict()
    both = {f"generator.{key}": value for key, value in weights.items()}
    both |= {"discriminator.conv.weight": torch.ones(3, 3), "loss.scale": torch.ones(1)}
    content = io.BytesIO()
    torch.save({"state_dict": both}, content)
    assert isinstance(load_net(content.getvalue(), name="net.pth"), SRCNN)
