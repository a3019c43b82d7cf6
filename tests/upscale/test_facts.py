from __future__ import annotations

from srlab.nets.edsr import EDSR
from srlab.nets.srcnn import SRCNN
from srlab.upscale.facts import net_facts


def test_srcnn_costs_what_its_three_layers_multiply() -> None:
    """9-5-5: 81*64 + 25*64*32 + 25*32 multiply-adds a pixel of the enlarged image."""
    facts = net_facts(SRCNN().eval(), 3)
    per_pixel = 81 * 64 + 25 * 64 * 32 + 25 * 32
    assert facts["parameters"] == per_pixel + 64 + 32 + 1
    assert facts["macs_hd"] == per_pixel * 1280 * 720
    assert facts["macs_per_megapixel"] == per_pixel * 9 * 1_000_000
    assert (facts["receptive_radius"], facts["channels"]) == (8, 1)


def test_edsr_is_counted_at_the_size_of_lr() -> None:
    """One 3x3 convolution in and out, two per block, one to 3 * scale^2 channels."""
    net = EDSR(scale=2, channels=3, width=8, depth=2, upsampler="direct").eval()
    per_pixel = 9 * (3 * 8 + 8 * 8 * 2 * 2 + 8 * 8 + 8 * 12)
    facts = net_facts(net, 2)
    assert facts["macs_per_megapixel"] == per_pixel * 1_000_000
    assert facts["macs_hd"] == round(per_pixel * 1280 * 720 / 4)
