"""What a real browser shows, as pixels."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Page


def settled(page: Page) -> None:
    """Two frames on."""
    page.evaluate("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")


def screenshot(page: Page) -> NDArray[np.uint8]:
    """The page as RGB, (H, W, 3)."""
    return np.asarray(Image.open(BytesIO(page.screenshot())).convert("RGB"))
