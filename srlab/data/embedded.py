"""The `skimage` set: real pictures from scikit-image's wheel, colour and grey, no download.

Left out are drawings (logo, horse), near-duplicates (the right motorcycle), and pictures that the
wheel of some versions lacks.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from srlab.errors import BenchmarkError

FILES = {
    "astronaut": "astronaut.png",
    "brick": "brick.png",
    "camera": "camera.png",
    "cell": "cell.png",
    "chelsea": "chelsea.png",
    "clock": "clock_motion.png",
    "coffee": "coffee.png",
    "coins": "coins.png",
    "grass": "grass.png",
    "gravel": "gravel.png",
    "hubble_deep_field": "hubble_deep_field.jpg",
    "ihc": "ihc.png",
    "moon": "moon.png",
    "motorcycle": "motorcycle_left.png",
    "page": "page.png",
    "rocket": "rocket.jpg",
    "text": "text.png",
}


@lru_cache(maxsize=1)
def embedded_images() -> dict[str, Path]:
    """The pictures by sample name; raises BenchmarkError where scikit-image lacks one."""
    spec = find_spec("skimage")
    if spec is None or not spec.submodule_search_locations:
        raise BenchmarkError("scikit-image is not installed; `pip install scikit-image`")
    folder = Path(spec.submodule_search_locations[0]) / "data"
    images = {name: folder / file for name, file in FILES.items()}
    if lost := [path.name for path in images.values() if not path.is_file()]:
        raise BenchmarkError(
            f"scikit-image in {folder} lacks {', '.join(lost)}; reinstall it: "
            "`pip install --force-reinstall 'scikit-image>=0.26,<0.27'`"
        )
    return images
