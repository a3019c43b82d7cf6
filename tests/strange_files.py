"""Files as strangers give them, and what srlab reads them with; run as a program on one kind.

`python -m tests.strange_files KIND FOLDER COUNT` makes a whole file of the kind, spoils it COUNT
times, the same way each time, and reads what came of it. Each is announced before it is read, so
that whoever waits knows which one hangs. Only a SrlabError may come of it.
"""

from __future__ import annotations

import io
import json
import resource
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from srlab.errors import SrlabError, StoreError

MEMORY_BYTES = 8 << 30
_Read = Callable[[Path], object]
_Make = Callable[[Path], Path]


def _photo() -> np.ndarray:
    from skimage.data import chelsea

    return np.ascontiguousarray(chelsea()[60:92, 120:160])


def _image(suffix: str, *, deep: bool = False, **options: object) -> tuple[_Make, _Read]:
    def make(folder: Path) -> Path:
        path = folder / f"image{suffix}"
        pixels = _photo()
        picture = Image.fromarray(pixels[..., 0].astype(np.uint16) * 257) if deep else None
        (picture or Image.fromarray(pixels)).save(path, **options)
        return path

    def read(path: Path) -> object:
        from srlab.image.files import decode, image_size

        image_size(path)
        return decode(path).pixels

    return make, read


def _weights(*, safe: bool = False, zipped: bool = True) -> tuple[_Make, _Read]:
    def make(folder: Path) -> Path:
        import torch

        from srlab.nets.recognise import build
        from srlab.nets.save import write_checkpoint
        from srlab.nets.spec import make_spec

        facts = {"architecture": "srcnn", "channels": 1, "scale": 2}
        spec = make_spec(facts, place="a test")
        state = build(spec).state_dict()
        path = folder / ("net.safetensors" if safe else "net.pth")
        if safe:
            write_checkpoint(path, spec, state, facts={"licence": "MIT"})
        else:
            torch.save({"params": state, "epoch": 3}, path, _use_new_zipfile_serialization=zipped)
        return path

    def read(path: Path) -> object:
        from srlab.nets.recognise import load_net
        from srlab.upscale.headers import told_facts

        told_facts(path)
        return load_net(path.read_bytes(), name=path.name, scale=2)

    return make, read


def _make_luma(folder: Path) -> Path:
    import h5py

    levels = _photo()[..., 0].astype(np.float32)
    with h5py.File(folder / "set.h5", "w") as file:
        for index in range(2):
            file.create_dataset(f"hr/{index}", data=levels, chunks=True, compression="gzip")
            file.create_dataset(f"lr/{index}", data=levels)
    return folder / "set.h5"


def _read_luma(path: Path) -> object:
    from srlab.data.benchmark import parse_benchmark

    samples = parse_benchmark(f"set={path}").luma_samples(2).samples
    return [sample.load() for sample in samples]


def _make_patches(folder: Path) -> Path:
    import h5py

    from srlab.train.patches import FORMAT, VERSION

    with h5py.File(folder / "patches.h5", "w") as file:
        file.attrs.update(format=FORMAT, version=VERSION, plan="{}")
        for name in ("x", "y"):
            data = np.resize(_photo(), (8, 12, 12, 1)).astype(np.uint8)
            file.create_dataset(name, data=data, chunks=(4, 12, 12, 1), compression="gzip")
    return folder / "patches.h5"


def _read_patches(path: Path) -> object:
    from srlab.train.patches import open_patches, patch_rows

    with open_patches(path) as file:
        return [patch_rows(file, name, slice(None)) for name in ("x", "y")]


def _make_study(folder: Path) -> Path:
    text = (Path(__file__).parent.parent / "reports/demo/study.toml").read_text(encoding="utf-8")
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder / "study.toml"


def _read_study(path: Path) -> object:
    from srlab.study.read import read_study

    return read_study(path)


def _make_recipe(folder: Path) -> Path:
    from srlab.train.recipe import RECIPES

    shutil.copy(RECIPES["srcnn-y-x2"].path, folder / "recipe.toml")
    return folder / "recipe.toml"


def _read_recipe(path: Path) -> object:
    from srlab.train.recipe import find_recipe

    return find_recipe(str(path))


def _make_classifier(folder: Path) -> Path:
    from tests.classifiers.stand_in import write_vit

    write_vit(folder / "vit", labels=("a", "b", "c"), channels=1)
    return folder / "vit" / "config.json"


def _read_classifier(path: Path) -> object:
    from srlab.classifiers.catalog import describe_classifier

    home = path.with_name(f"{path.stem}-home")
    shutil.copytree(path.parent / "vit", home)
    shutil.move(path, home / "config.json")
    return describe_classifier(str(home)).load("cpu")


def _make_known(folder: Path) -> Path:
    from srlab.evaluation.known import write_known_scores

    rows = [{"key": bytes(16 * [n]), "value": 31.5, "metric": "psnr"} for n in range(4)]
    write_known_scores(folder / "known.csv", rows)
    return folder / "known.csv"


def _read_known(path: Path) -> object:
    from srlab.evaluation.known import read_known_scores

    return read_known_scores(path)


def _make_shard(folder: Path) -> Path:
    from srlab.store.store import Store
    from tests.conclusions import frame, keep

    store = keep(
        Store.create(folder / "store"), frame({"bicubic": [30.0, 31.0], "net": [31.0, 32]})
    )
    return next((store.root / "scores" / "set").iterdir())


def _read_shard(path: Path) -> object:
    import srlab
    from srlab.fingerprint import bytes_digest
    from srlab.store.store import Store

    store = Store.create(path.with_name(f"{path.stem}-store"))
    name = f"new-{1:019d}-{bytes_digest(path.read_bytes()).hex()}.v2.parquet"
    home = store.root / "scores" / "set"
    home.mkdir(parents=True)
    shutil.copy(path, home / name)
    rows = srlab.scores(store)
    if store.damaged():
        assert rows.empty
        raise StoreError("the shard is left out")
    return rows


def _make_archive(folder: Path) -> Path:
    content = io.BytesIO()
    Image.fromarray(_photo()).save(content, "PNG")
    with zipfile.ZipFile(folder / "set.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("a", "b"):
            archive.writestr(f"Set/{name}.png", content.getvalue())
    return folder / "set.zip"


def _read_archive(path: Path) -> object:
    from srlab.data.download import unpack_images

    return unpack_images(path, path.with_name(f"{path.stem}-unpacked"))


KINDS: dict[str, tuple[_Make, _Read]] = {
    "png": _image(".png"),
    "png of 16 bits": _image(".png", deep=True),
    "jpeg": _image(".jpg", quality=90),
    "tiff": _image(".tif", compression="tiff_adobe_deflate"),
    "tiff of 16 bits": _image(".tif", deep=True),
    "bmp": _image(".bmp"),
    "webp": _image(".webp", lossless=True),
    "weights": _weights(),
    "weights of old torch": _weights(zipped=False),
    "safetensors": _weights(safe=True),
    "evaluation file": (_make_luma, _read_luma),
    "patches": (_make_patches, _read_patches),
    "study": (_make_study, _read_study),
    "recipe": (_make_recipe, _read_recipe),
    "classifier": (_make_classifier, _read_classifier),
    "known scores": (_make_known, _read_known),
    "shard": (_make_shard, _read_shard),
    "archive": (_make_archive, _read_archive),
}


def spoiled(content: bytes, count: int) -> Iterator[bytes]:
    """`content` with bits turned, cut off, wiped, or with lengths that are no lengths."""
    rng = np.random.default_rng(0)
    for index in range(count):
        made = bytearray(content)
        place = int(rng.integers(len(made)))
        match index % 4:
            case 0:
                made[place] ^= 1 << int(rng.integers(8))
            case 1:
                del made[place:]
            case 2:
                end = min(len(made), place + int(rng.integers(1, 64)))
                made[place:end] = bytes([int(rng.choice([0, 255, 91]))]) * (end - place)
            case _:
                number = int(rng.choice([0x7FFFFFFF, 0xFFFFFFFF, 0x10000]))
                made[place : place + 4] = number.to_bytes(4, "little")
        yield bytes(made)


def main(kind: str, folder: Path, count: int) -> None:
    """Read so many spoiled files of a kind, and print what came of each."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    make, read = KINDS[kind]
    whole = make(folder)
    for index, content in enumerate(spoiled(whole.read_bytes(), count)):
        path = folder / f"spoiled-{index}{whole.suffix}"
        path.write_bytes(content)
        print(json.dumps({"begin": index}), flush=True)
        try:
            read(path)
            came = "read"
        except SrlabError as error:
            came = error.code
        print(json.dumps({"end": index, "came": came}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
