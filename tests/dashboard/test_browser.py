"""What a real browser shows: the file's pixels, linked zoom, the slider, names as text."""

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
LINK = {"benchmark": "skimage", "scale": "3", "upscaler": "lanczos", "sample": "astronaut"}
MARGIN = 4  # CSS pixels left out at a window's rim, where corners are round


def open_image(page: Page, server: str, **query: str) -> None:
    page.goto(f"{server}/image?{urlencode({**LINK, **query})}")
    page.wait_for_selector("figure[data-panel=difference] img")
    for image in page.locator(".window img").all():
        image.evaluate("image => image.decode()")
    page.mouse.move(2, 2)
    settled(page)


def window_of(page: Page, panel: str) -> Locator:
    return page.locator(f"figure[data-panel={panel}] .window")


def seen_and_expected(
    page: Page, panel: str, picture: NDArray[np.uint8]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """What the window shows, and the same part of `picture` (as large as it is shown)."""
    window = window_of(page, panel)
    box = window.bounding_box()
    assert box is not None
    offset = window.locator("img").first.evaluate("image => [image.style.left, image.style.top]")
    left, top = (round(float(value.removesuffix("px"))) for value in offset)
    x0, y0 = max(left, 0) + MARGIN, max(top, 0) + MARGIN
    x1 = min(left + picture.shape[1], int(box["width"])) - MARGIN
    y1 = min(top + picture.shape[0], int(box["height"])) - MARGIN
    x, y = round(box["x"]), round(box["y"])
    seen = screenshot(page)[y + y0 : y + y1, x + x0 : x + x1]
    return seen, picture[y0 - top : y1 - top, x0 - left : x1 - left]


def stored(page: Page, store: Store, panel: str) -> NDArray[np.uint8]:
    """The pixels of the file that a panel shows, as RGB."""
    source = window_of(page, panel).locator("img").first.get_attribute("src") or ""
    pixels = decode(store.pictures.read(source.split("/")[-1].removesuffix(".png"))).pixels
    return pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2)


def assert_same(seen: NDArray[np.uint8], expected: NDArray[np.uint8]) -> None:
    assert seen.shape == expected.shape
    assert min(seen.shape[:2]) > 100
    different = (seen != expected).any(axis=2)
    assert not different.any(), f"{different.mean():.1%} of pixels differ"


@pytest.mark.parametrize("sample", ["astronaut", "camera"])
def test_at_1_to_1_a_screen_pixel_is_the_file_s_pixel(page, server, store, sample) -> None:
    open_image(page, server, sample=sample)
    for panel in ("hr", "baseline", "upscaler"):
        assert_same(*seen_and_expected(page, panel, stored(page, store, panel)))


def test_lr_is_shown_by_nearest(page, server, store) -> None:
    open_image(page, server)
    lr = upscale(stored(page, store, "lr"), 3, kernel=Kernel.NEAREST)
    assert_same(*seen_and_expected(page, "lr", lr))


def test_the_wheel_zooms_every_panel_by_whole_steps(page, server, store) -> None:
    open_image(page, server)
    box = window_of(page, "baseline").bounding_box()
    page.mouse.move(box["x"] + 120, box["y"] + 60)
    for _ in range(2):
        page.mouse.wheel(0, -120)
    settled(page)
    assert page.locator(".zoom").inner_text() == "3:1"
    places = {
        tuple(image.evaluate("i => [i.style.left, i.style.top, i.style.width, i.style.height]"))
        for image in page.locator(".window img").all()
    }
    assert len(places) == 1
    page.mouse.move(2, 2)
    settled(page)
    hr = np.repeat(np.repeat(stored(page, store, "hr"), 3, axis=0), 3, axis=1)
    assert_same(*seen_and_expected(page, "hr", hr))


def test_dragging_pans_every_panel_and_the_link_keeps_the_place(page, server) -> None:
    open_image(page, server, place="4,100,120")
    assert page.locator(".zoom").inner_text() == "4:1"
    before = [image.evaluate("i => i.style.left") for image in page.locator(".window img").all()]
    box = window_of(page, "hr").bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 100, steps=4)
    page.mouse.up()
    after = [image.evaluate("i => i.style.left") for image in page.locator(".window img").all()]
    moved = {float(a[:-2]) - float(b[:-2]) for a, b in zip(after, before, strict=True)}
    assert moved == {-40.0}
    page.wait_for_url("**place=4%2C110%2C120**")


def test_the_slider_shows_one_picture_left_and_the_other_right(page, server, store) -> None:
    open_image(page, server)
    pictures = {name: stored(page, store, name) for name in ("baseline", "upscaler")}
    page.locator("[data-do=slider]").click()
    handle = page.locator(".handle")
    at = handle.bounding_box()
    x, y = at["x"] + at["width"] / 2, at["y"] + 40
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 100, y, steps=4)
    page.mouse.up()
    page.mouse.move(2, 2)
    for image in page.locator(".window img").all():
        image.evaluate("image => image.decode()")
    settled(page)
    assert handle.bounding_box()["x"] == pytest.approx(at["x"] + 100, abs=1)
    box = page.locator(".wipe .window").bounding_box()
    place = page.locator(".wipe .window img").first.evaluate("i => [i.style.left, i.style.top]")
    left, top = (round(float(value[:-2])) for value in place)
    split = round(handle.evaluate("h => parseFloat(h.style.left)"))
    shot = screenshot(page)
    for name, x0, x1 in (
        ("baseline", max(left, 0) + MARGIN, split - 24),
        ("upscaler", split + 24, min(left + 510, int(box["width"])) - MARGIN),
    ):
        y0, y1 = MARGIN, min(int(box["height"]), top + 510) - MARGIN
        ox, oy = round(box["x"]), round(box["y"])
        assert_same(
            shot[oy + y0 : oy + y1, ox + x0 : ox + x1],
            pictures[name][y0 - top : y1 - top, x0 - left : x1 - left],
        )


def test_keys_zoom_and_the_space_bar_shows_hr(page, server, store) -> None:
    open_image(page, server)
    page.locator(".viewer").focus()
    page.keyboard.press("+")
    assert page.locator(".zoom").inner_text() == "2:1"
    page.keyboard.press("0")
    assert page.locator(".zoom").inner_text() == "1:1"
    page.keyboard.down(" ")
    settled(page)
    assert_same(*seen_and_expected(page, "upscaler", stored(page, store, "hr")))
    page.keyboard.up(" ")
    settled(page)
    assert_same(*seen_and_expected(page, "upscaler", stored(page, store, "upscaler")))


def test_a_score_row_chooses_its_upscaler_and_n_the_next_sample(page, server) -> None:
    open_image(page, server)
    page.locator(".scores button", has_text="nearest").click()
    page.wait_for_url("**upscaler=nearest**")
    page.locator(".viewer").focus()
    page.keyboard.press("n")
    page.wait_for_url("**sample=brick**")


@pytest.mark.parametrize("width", [1440, 1200, 1000, 600])
def test_no_number_of_the_score_table_is_cut(page, server, width) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_image(page, server, protocol="full-rgb")
    scores = page.locator(".scores")
    assert scores.locator("th").count() == 5  # upscaler, gain, three metrics
    assert scores.evaluate("table => table.scrollWidth - table.clientWidth") == 0
    box, last = scores.bounding_box(), scores.locator("th").last.bounding_box()
    assert box is not None
    assert last is not None
    assert last["x"] + last["width"] <= box["x"] + box["width"]
    assert box["x"] + box["width"] <= width


def test_a_strip_opens_the_image(page, server) -> None:
    page.goto(f"{server}/rankings?benchmark=skimage&scale=3")
    strip = page.locator("a.strip").first
    name = strip.locator("b").inner_text()
    strip.click()
    page.wait_for_url(f"**/image?**sample={name}**")
    page.wait_for_selector("figure[data-panel=hr] img")


@pytest.mark.parametrize("path", ["", "rankings", "image", "flips"])
def test_a_hostile_name_stays_text(page, server, hostile, path) -> None:
    query = {"benchmark": "odd", "scale": "3", "sample": hostile, "upscaler": hostile}
    page.goto(f"{server}/{path}?{urlencode(query)}")
    page.wait_for_selector("[data-testid=stCaptionContainer] >> text=scores in")
    settled(page)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src=x]").count() == 0
    assert page.locator("a[href=y]").count() == 0
    assert page.locator("[data-testid=stException]").count() == 0
    if path == "image":
        assert hostile in page.locator("[data-testid=stSelectbox] input").last.input_value()


def test_nothing_is_fetched_from_elsewhere(page, server) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_image(page, server)
    own = (server, server.replace("http", "ws"), "data:", "blob:")
    assert [url for url in asked if not url.startswith(own)] == []
