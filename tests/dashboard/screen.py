"""What a page says in words, and what a real browser shows as pixels."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from streamlit.testing.v1 import AppTest


def settled(page: Page) -> None:
    """Two frames on."""
    page.evaluate("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")


def screenshot(page: Page) -> NDArray[np.uint8]:
    """The page as RGB, (H, W, 3)."""
    return np.asarray(Image.open(BytesIO(page.screenshot())).convert("RGB"))


def said(at: AppTest) -> str:
    """Everything a page says in words."""
    boxes = (at.info, at.warning, at.error)
    kinds = (at.header, at.subheader, at.markdown, at.caption, *boxes, at.code)
    return "\n".join(str(one.value) for kind in kinds for one in kind)
