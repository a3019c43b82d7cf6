"""A store of a few real pictures, the app's pages, and the app served to a real browser."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dashboard import results
from dashboard.study import Study
from srlab.data.embedded import embedded_images
from srlab.evaluation.request import make_request
from srlab.evaluation.run import run_evaluation
from srlab.image.files import read_image, write_image
from srlab.shipped import share_root
from srlab.store.store import Store
from tests.dashboard.predicted import SETTING, keep_explanation, keep_predictions

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from streamlit.testing.v1 import AppTest

HOSTILE = "<img src=x onerror=window.hacked=1>`*[x](y)"
HOSTILE_CLASS = "<img_src=x_onerror=window.hacked=2>`*[x](y)"
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"]


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Three sets, one with a hostile name and a damaged file; two protocols; three upscalers.

    Two of the sets were classified, too.
    """
    folder = tmp_path_factory.mktemp("sets") / "odd"
    folder.mkdir()
    images = embedded_images()
    for name, source in ((HOSTILE, "chelsea"), ("plain", "coffee")):
        write_image(folder / f"{name}.png", read_image(images[source])[100:220, 150:300])
    (folder / "cut.png").write_bytes((folder / "plain.png").read_bytes()[:400])
    store = Store.create(tmp_path_factory.mktemp("store") / "s")
    upscalers = ["nearest", "bicubic", "lanczos"]
    for request in (
        make_request(benchmarks=["skimage"], upscalers=upscalers, scales=[3], limit=3),
        make_request(benchmarks=["skimage"], upscalers=["bicubic"], scales=[2], limit=2),
        make_request(
            benchmarks=["skimage"],
            upscalers=upscalers,
            scales=[3],
            limit=3,
            metrics=["psnr", "mse", "mae"],
            protocols=["full-rgb"],
        ),
        make_request(benchmarks=[str(folder)], upscalers=upscalers, scales=[3]),
        make_request(benchmarks=[str(_tiny(folder))], upscalers=upscalers[1:], scales=[3]),
    ):
        run_evaluation(request, store)
    _classify(store)
    return store


def _tiny(beside: Path) -> Path:
    """Twelve colour pictures of 64 x 61 pixels, n00 to n11."""
    folder = beside.parent / "tiny"
    folder.mkdir()
    photo = read_image(embedded_images()["chelsea"])
    for number in range(12):
        write_image(folder / f"n{number:02}.png", photo[20 * number :][:64, 40:101])
    return folder


def _classify(store: Store) -> None:
    """Predictions of `tiny` (every image but the last one flips for bicubic) and of `odd`."""
    names = [f"n{number:02}" for number in range(12)]
    truth = {name: ("cat", HOSTILE_CLASS)[place % 2] for place, name in enumerate(names)}
    wrong = dict.fromkeys(names[::3], "fox")
    said = {
        "original": truth | wrong,
        "small": truth | wrong | dict.fromkeys(names[:4], "owl"),
        "bicubic": {
            name: ("owl" if place % 2 else truth[name]) if name in wrong else "fox"
            for place, name in enumerate(names)
        }
        | {"n11": truth["n11"]},
        "lanczos": truth | wrong | {"n00": "cat", "n01": "bee"},
    }
    classes = [*"abcd", "bee", "owl", "fox", "cat", HOSTILE_CLASS]
    keep_predictions(store, "tiny", said, truth=truth, classes=classes)
    keep_explanation(store, "tiny", "n00", "bicubic")
    odd = {
        "original": {HOSTILE: HOSTILE_CLASS, "plain": "cat"},
        "small": {HOSTILE: "cat", "plain": "cat"},
        "bicubic": {HOSTILE: "cat", "plain": "cat"},
    }
    keep_predictions(store, "odd", odd, truth=odd["original"], classes=["cat", HOSTILE_CLASS])


@pytest.fixture(scope="session")
def hostile() -> str:
    """A sample's name that is markup wherever it is not escaped."""
    return HOSTILE


@pytest.fixture(scope="session")
def hostile_class() -> str:
    """A class's name that is markup wherever it is not escaped."""
    return HOSTILE_CLASS


@pytest.fixture
def study(store: Store) -> Study:
    """What became of the predictions of `tiny`."""
    return results.study(store, SETTING)


@pytest.fixture
def copy(store: Store, tmp_path: Path) -> Store:
    """A copy of the store that a test may change."""
    return Store.open(shutil.copytree(store.root, tmp_path / "s"))


@pytest.fixture
def app(store: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Runs a page with a query, without a browser."""
    from streamlit.testing.v1 import AppTest

    def run(page: str = "", /, *, root: Path | None = None, **query: str | list[str]) -> AppTest:
        monkeypatch.setenv("SRLAB_STORE", str(root or store.root))
        at = AppTest.from_file(share_root() / "dashboard" / "app.py", default_timeout=60)
        for name, value in query.items():
            at.query_params[name] = value
        if page:
            at.switch_page(f"views/{page}.py")
        return at.run()

    return run


@pytest.fixture(scope="session")
def server(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app, served by its own process as the command line does it."""
    log = tmp_path_factory.mktemp("server") / "log.txt"
    command = [sys.executable, "-m", "dashboard", "--store", str(store.root), "--port", "0"]
    with log.open("w") as out:
        process = subprocess.Popen(
            command, cwd=share_root(), stdout=subprocess.PIPE, stderr=out, text=True
        )
    try:
        yield _address(process, log)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _address(process: subprocess.Popen[str], log: Path) -> str:
    """What the server prints once its port is bound."""
    for line in process.stdout or ():
        if "http://" in line:
            return line.strip()
    pytest.fail(f"the server ended: {log.read_text()}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; CI must have one."""
    if not CHROMIUM.exists():
        reason = f"needs {CHROMIUM} (apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of 1440 x 900 at one device pixel a CSS pixel; a script error fails the test."""
    page = browser.new_page(viewport={"width": 1440, "height": 900}, device_scale_factor=1)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert errors == []
