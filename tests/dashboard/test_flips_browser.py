"""What a real browser shows of flips: exact pixels, bars, maps when opened, names as text."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import numpy as np
import pytest
from numpy.typing import NDArray

from srlab.image.files import decode
from srlab.image.resize import Kernel, upscale
from srlab.store.store import Store
from tests.dashboard.screen import screenshot, settled

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser
LINK = {"benchmark": "tiny", "scale": "3"}
RIM = 4  # CSS pixels left out, where corners are round


def open_flips(page: Page, server: str, **query: str) -> None:
    page.goto(f"{server}/flips?{urlencode({**LINK, **query})}")
    page.wait_for_selector("article .window img")
    page.wait_for_selector("[data-testid=stCaptionContainer] >> text=scores in")
    decoded(page)


def decoded(page: Page) -> None:
    for image in page.locator("article .window img").all():
        image.evaluate("image => image.decode()")
    page.mouse.move(2, 2)
    settled(page)


def strip_of(page: Page, flip: str) -> Locator:
    return page.locator(f"article[data-flip='{flip}']")


def seen(page: Page, window: Locator) -> NDArray[np.uint8]:
    """What a window shows, but for its rim."""
    window.scroll_into_view_if_needed()
    settled(page)
    box = window.bounding_box()
    assert box is not None
    x, y, width, height = (round(box[name]) for name in ("x", "y", "width", "height"))
    return screenshot(page)[y + RIM : y + height - RIM, x + RIM : x + width - RIM]


def stored(store: Store, window: Locator, *, maps: bool = False) -> NDArray[np.uint8]:
    source = window.locator("img").get_attribute("src") or ""
    pictures = store.maps if maps else store.pictures
    return decode(pictures.read(source.split("/")[-1].removesuffix(".png"))).pixels


def enlarged(picture: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    whole = upscale(picture, factor, kernel=Kernel.NEAREST)
    return whole[RIM:-RIM, RIM:-RIM]


@pytest.mark.parametrize("width", [1440, 1000])
def test_every_pixel_of_a_strip_is_a_whole_number_of_screen_pixels(
    page, server, store, width
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_flips(page, server, arm="bicubic")
    windows = strip_of(page, "bicubic n01").locator(".window")
    assert windows.count() == 3
    zoom = round(windows.first.bounding_box()["width"] / 60)
    assert zoom >= 3
    for window, factor in zip(windows.all(), (1, 3, 1), strict=True):
        expected = enlarged(stored(store, window), zoom * factor)
        np.testing.assert_array_equal(seen(page, window), expected)


def test_the_bars_say_label_and_probability_and_mark_the_truth(page, server) -> None:
    open_flips(page, server, arm="bicubic")
    bars = strip_of(page, "bicubic n02").locator("figure").last.locator("li")
    assert bars.first.inner_text().split() == ["fox", "50%"]
    assert "✓ cat" in [bar.locator("span").first.inner_text() for bar in bars.all()]
    track, bar = bars.first.bounding_box(), bars.first.locator("i").bounding_box()
    assert bar["width"] == pytest.approx(track["width"] / 2, abs=1)


def test_stored_maps_are_shown_when_they_are_asked_for(page, server, store) -> None:
    open_flips(page, server, arm="bicubic")
    strip = strip_of(page, "bicubic n00")
    assert strip.locator(".window").count() == 3
    strip.locator("summary").click()
    decoded(page)
    windows = strip.locator("details .window")
    assert windows.count() == 3
    zoom = round(windows.first.bounding_box()["width"] / 60)
    for window in windows.all():
        expected = enlarged(stored(store, window, maps=True), zoom)
        np.testing.assert_array_equal(seen(page, window), expected)
    assert "speaks for “fox”" in strip.locator("details").inner_text()


def test_a_flip_without_maps_shows_the_command(page, server) -> None:
    open_flips(page, server, arm="bicubic")
    strip = strip_of(page, "bicubic n01")
    strip.locator("summary").click()
    assert strip.locator("pre").inner_text().startswith("srlab explain n01 -u bicubic -s 3")


def test_a_strip_opens_its_image(page, server) -> None:
    open_flips(page, server, arm="lanczos")
    strip_of(page, "lanczos n01").locator("a").click()
    page.wait_for_url("**/image?**sample=n01**")
    page.wait_for_selector("figure[data-panel=hr] img")
    assert "upscaler=lanczos" in page.url


def test_a_large_picture_is_reduced_and_at_1_to_1_where_it_is_clicked(page, server, store) -> None:
    page.set_viewport_size({"width": 460, "height": 900})
    open_flips(page, server, benchmark="odd")
    strip = page.locator("article").first
    windows = strip.locator(".window")
    assert "1:2" in strip.locator(".size").inner_text()
    windows.first.click(position={"x": 3, "y": 3})
    decoded(page)
    for window, factor in zip(windows.all(), (1, 3, 1), strict=True):
        shown = seen(page, window)
        expected = enlarged(stored(store, window), factor)
        np.testing.assert_array_equal(shown, expected[: shown.shape[0], : shown.shape[1]])


def test_hostile_names_of_samples_and_classes_stay_text(
    page, server, hostile, hostile_class
) -> None:
    open_flips(page, server, benchmark="odd")
    strip = page.locator("article").first
    strip.locator("summary").click()
    assert strip.locator("b").first.inner_text() == hostile
    texts = [span.inner_text() for span in strip.locator("li span").all()]
    assert f"✓ {hostile_class}" in texts
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src=x]").count() == 0
