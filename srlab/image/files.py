"""Image files: decoded to uint8 pixels without silent loss, and written as lossless PNG.

Pillow's plugins are called one by one, by the file's first bytes: no other format is ever tried,
and the limit on pixels is srlab's own, checked on the header, so that neither Pillow's global
guard nor its warnings come into play (warnings cannot be silenced safely between threads).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from srlab.errors import ImageError, ImageTooLargeError, ImageUnreadableError, SrlabError
from srlab.image.color import to_uint8

if TYPE_CHECKING:
    from tifffile import TiffPage

Pixels = NDArray[np.uint8]
ImageSource = Path | bytes

_MOST_SAMPLES = 5  # CMYK and alpha
MAX_PIXELS = 100_000_000
"""Images whose header announces more are refused before anything is decoded."""

_EXPECTED = "expected a whole PNG, JPEG, TIFF, BMP or WebP file"
_PLUGINS: dict[bytes, type[ImageFile]] = {
    b"\x89PNG\r\n\x1a\n": PngImageFile,
    b"\xff\xd8\xff": JpegImageFile,
    b"II*\0": TiffImageFile,
    b"MM\0*": TiffImageFile,
    b"II+\0": TiffImageFile,
    b"MM\0+": TiffImageFile,
    b"BM": BmpImageFile,
    b"RIFF": WebPImageFile,
}
IMAGE_HEADS = tuple(head for head in _PLUGINS if len(head) > 2)
"""The first bytes by which a file is known as an image; two of BMP's are too few for that."""
_ORIENTATION = 0x0112  # the EXIF and TIFF tag
_SWAPPED = range(5, 9)  # orientations that swap height and width
_STRIP = 256  # rows that are computed in floating point at once
# Chunks that make a viewer show other colours, or another picture, than the pixels say.
_CHANGING_CHUNKS = {b"tRNS", b"iCCP", b"gAMA", b"cHRM", b"cICP", b"acTL"}
_DEEP_NOTE = "16 bits scaled to 8"
_ALPHA_NOTE = "alpha composited on white"
_FRAMES_NOTE = "first of several frames"


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """An image as srlab works with it.

    `pixels` is uint8, `(H, W)` grey or `(H, W, 3)` RGB. `notes` say what was done to the file's
    own content on the way. `verbatim`: the source is a plain 8-bit grey or RGB PNG that says
    exactly these pixels, so its bytes may be copied instead of encoded anew.
    """

    pixels: Pixels
    notes: tuple[str, ...] = ()
    verbatim: bool = False


def decode(source: ImageSource, *, name: str | None = None) -> Decoded:
    """The pixels of an image file (a path) or of its content (bytes); `name` stands in messages.

    Grey stays grey. 16 bits are scaled to 8 by 257 with rounding, alpha is composited on white,
    EXIF orientation is applied, CMYK is converted, of several frames the first is taken: each
    with a note. A palette of greys gives grey. Raises ImageUnreadableError for what is no such
    file, is damaged or holds floating-point pixels, ImageTooLargeError over MAX_PIXELS.
    """
    with _reading(source, name) as (file, label):
        plugin = _plugin(file, label)
        if plugin is TiffImageFile:
            return _decode_tiff(file, label)
        image = _open(plugin, file, label)
        if isinstance(image, PngImageFile):
            return _decode_png(image, file, label)
        notes = [_FRAMES_NOTE] if getattr(image, "n_frames", 1) > 1 else []
        return _decode_plain(image, label, _orientation(image), notes)


def read_image(path: Path) -> Pixels:
    """The pixels of an image file: uint8, `(H, W)` grey or `(H, W, 3)` RGB; raises as `decode`."""
    return decode(path).pixels


def image_size(source: ImageSource) -> tuple[int, int]:
    """`(height, width)` as `decode` gives them, from the header alone; raises as `decode`."""
    with _reading(source, None) as (file, label):
        plugin = _plugin(file, label)
        if plugin is TiffImageFile:
            with _first_page(file, label) as (page, _):
                height, width, orientation = page.imagelength, page.imagewidth, _turn_of(page)
        else:
            image = _open(plugin, file, label)
            (width, height), orientation = image.size, _orientation(image, _png_chunks(file))
        return (width, height) if orientation in _SWAPPED else (height, width)


def encode_png(pixels: Pixels) -> bytes:
    """A PNG file of uint8 pixels `(H, W)` or `(H, W, 3)`, at the fastest compression level.

    Run lengths behind the Paeth filter: for photographs 2.3 times as fast as Pillow's level 1, and
    5 % larger. Raises ImageError for another dtype or shape.
    """
    if pixels.dtype != np.uint8 or pixels.shape[2:] not in ((), (3,)) or not pixels.size:
        raise ImageError(
            f"cannot encode {pixels.dtype} of shape {pixels.shape}; expected uint8, (H, W) or "
            "(H, W, 3), not empty: round with to_uint8 first"
        )
    from imagecodecs import PNG, png_encode

    content = png_encode(
        np.ascontiguousarray(pixels),
        level=PNG.COMPRESSION.SPEED,
        strategy=PNG.STRATEGY.RLE,
        filter=PNG.FILTER.PAETH,
    )
    return bytes(content)


def write_image(path: Path, pixels: Pixels) -> None:
    """Write `pixels` to `path` as PNG, whatever its suffix; under a temporary name, then renamed.

    Raises ImageError as `encode_png`, OSError where the folder cannot be written.
    """
    content = encode_png(pixels)
    part = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _reading(source: ImageSource, name: str | None) -> Iterator[tuple[BinaryIO, str]]:
    """The open source and its name; whatever a decoder raises becomes an error of srlab."""
    label = name or ("the image" if isinstance(source, bytes) else str(source))
    try:
        with BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
            yield file, label
    except SrlabError:
        raise
    except MemoryError as error:
        raise ImageTooLargeError(
            f"{label} needs more memory than there is ({error}); give it on a larger machine, or "
            "cut it"
        ) from error
    except Image.DecompressionBombError as error:
        raise ImageTooLargeError(f"{label}: {error}; srlab reads up to {MAX_PIXELS}") from error
    except Exception as error:  # decoders raise a zoo: OSError, SyntaxError, struct.error, ...
        raise ImageUnreadableError(
            f"{label} cannot be read ({str(error) or type(error).__name__}); {_EXPECTED}"
        ) from error


def _plugin(file: BinaryIO, label: str) -> type[ImageFile]:
    head = file.read(12)
    file.seek(0)
    for signature, plugin in _PLUGINS.items():
        if head.startswith(signature):
            return plugin
    came = f"starts with {head!r}" if head else "is empty"
    raise ImageUnreadableError(f"{label} {came}; {_EXPECTED}")


def _open(plugin: type[ImageFile], file: BinaryIO, label: str) -> ImageFile:
    """The header, read by Pillow and checked; no pixel is decoded yet."""
    image = plugin(file)
    _check_size(image.height, image.width, label)
    return image


def _check_size(height: int, width: int, label: str) -> None:
    if height * width > MAX_PIXELS:
        raise ImageTooLargeError(
            f"{label} announces {height}x{width} = {height * width:,} pixels; at most "
            f"{MAX_PIXELS:,} are read: cut it into parts, or make it smaller"
        )
    if not height * width:
        raise ImageUnreadableError(f"{label} announces {height}x{width} pixels; {_EXPECTED}")


def _orientation(image: ImageFile, chunks: frozenset[bytes] = frozenset()) -> int:
    """EXIF orientation 1 to 8; only a PNG with an eXIf chunk may have to be decoded for it."""
    exif = image.getexif() if b"eXIf" in chunks else Image.Image.getexif(image)
    return exif.get(_ORIENTATION, 1)


def _decode_png(image: PngImageFile, file: BinaryIO, label: str) -> Decoded:
    chunks = _png_chunks(file)
    depth, colour = _png_depth_and_colour(file)
    notes = [_FRAMES_NOTE] if getattr(image, "n_frames", 1) > 1 else []
    orientation = _orientation(image, chunks)
    if depth == 16:  # of which Pillow gives the high byte only where it is RGB
        values = _png_values(file, label)
        alpha = values.ndim == 3 and values.shape[2] in (2, 4)
        return _from_levels(values, alpha, orientation, [*notes, _DEEP_NOTE])
    if depth != 8 or colour not in (0, 2) or chunks & _CHANGING_CHUNKS:
        return _decode_plain(image, label, orientation, notes)
    decoded = _finished(_png_values(file, label), orientation, notes)
    verbatim = not decoded.notes and b"IEND" in chunks
    return Decoded(pixels=decoded.pixels, notes=decoded.notes, verbatim=verbatim)


def _png_values(file: BinaryIO, label: str) -> NDArray[np.unsignedinteger[Any]]:
    """The pixels as libpng gives them, in two thirds of Pillow's time."""
    from imagecodecs import png_decode

    file.seek(0)
    try:
        return png_decode(file.read())
    except MemoryError:
        raise
    except Exception as error:  # whose text, of a damaged chunk, is not to be relied upon
        raise ImageUnreadableError(f"{label} is damaged or cut off; {_EXPECTED}") from error


def _png_chunks(file: BinaryIO) -> frozenset[bytes]:
    """The names of all chunks of a PNG (of another format: nothing); the place is kept."""
    place, names = file.tell(), set()
    file.seek(0)
    if file.read(8) == b"\x89PNG\r\n\x1a\n":
        while len(head := file.read(8)) == 8:
            names.add(head[4:])
            file.seek(int.from_bytes(head[:4], "big") + 4, 1)
    file.seek(place)
    return frozenset(names)


def _png_depth_and_colour(file: BinaryIO) -> tuple[int, int]:
    """Bit depth and colour type of the IHDR chunk; the place is kept."""
    place = file.tell()
    file.seek(24)
    depth, colour = file.read(2)
    file.seek(place)
    return depth, colour


def _decode_plain(image: ImageFile, label: str, orientation: int, notes: list[str]) -> Decoded:
    """What Pillow decodes to 8 bits without loss."""
    palette = image.mode in ("P", "PA")
    if image.has_transparency_data:
        mode = "LA" if image.mode in ("1", "L", "LA", "La") else "RGBA"
        return _from_levels(np.asarray(image.convert(mode)), True, orientation, notes, palette)
    if image.mode == "CMYK":
        notes = [*notes, "CMYK converted without its colour profile"]
    if image.mode in ("1", "L"):
        pixels = np.array(image if image.mode == "L" else image.convert("L"))
    elif image.mode in ("P", "RGB", "RGBX", "CMYK", "YCbCr"):
        pixels = np.array(image if image.mode == "RGB" else image.convert("RGB"))
    else:
        raise ImageUnreadableError(
            f"{label} holds pixels of the kind {image.mode!r}; expected grey, RGB, CMYK or a "
            "palette, of 8 or 16 bits: convert it first"
        )
    return _finished(pixels, orientation, notes, palette)


def _from_levels(
    values: NDArray[np.unsignedinteger[Any]],
    alpha: bool,
    orientation: int,
    notes: list[str],
    palette: bool = False,
    premultiplied: bool = False,
) -> Decoded:
    """8- or 16-bit values, the last channel being alpha if so said, as pixels on white."""
    clear = alpha and bool((values[..., -1] < np.iinfo(values.dtype).max).any())
    strips = (values[top : top + _STRIP] for top in range(0, len(values), _STRIP))
    pixels = np.concatenate([_on_white(strip, alpha, premultiplied) for strip in strips])
    notes = [*notes, _ALPHA_NOTE] if clear else notes
    return _finished(pixels, orientation, notes, palette)


def _on_white(values: NDArray[np.unsignedinteger[Any]], alpha: bool, premultiplied: bool) -> Pixels:
    levels = values / (np.iinfo(values.dtype).max // 255)
    if alpha:
        share = levels[..., -1:] / 255
        colour = levels[..., :-1] if premultiplied else levels[..., :-1] * share
        levels = colour + 255 * (1 - share)
    return to_uint8(levels[..., 0] if levels.shape[2:] == (1,) else levels)


def _finished(pixels: Pixels, orientation: int, notes: list[str], palette: bool = False) -> Decoded:
    """Turned upright, and a palette of greys as grey."""
    if palette and all(np.array_equal(pixels[..., 0], pixels[..., i]) for i in (1, 2)):
        pixels = pixels[..., 0]
    if orientation in _TURNS:
        pixels, notes = _TURNS[orientation](pixels), [*notes, "EXIF orientation applied"]
    return Decoded(pixels=np.ascontiguousarray(pixels), notes=tuple(notes))


_TURNS: dict[int, Callable[[Pixels], Pixels]] = {
    2: np.fliplr,
    3: lambda pixels: np.rot90(pixels, 2),
    4: np.flipud,
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: np.rot90(pixels, -1),
    7: lambda pixels: np.rot90(pixels, 2).swapaxes(0, 1),
    8: np.rot90,
}


def _decode_tiff(file: BinaryIO, label: str) -> Decoded:
    with _first_page(file, label) as (page, notes):
        if page.dtype is not None and page.dtype.kind == "f":
            raise ImageUnreadableError(
                f"{label} holds floating-point pixels ({page.dtype}); expected integers of 8 or "
                "16 bits: scale its values and save it as one of them"
            )
        if page.samplesperpixel > _MOST_SAMPLES:
            raise ImageUnreadableError(
                f"{label} has {page.samplesperpixel} samples a pixel; expected grey or RGB, with "
                "or without alpha"
            )
        if page.bitspersample == 16 and page.dtype == np.uint16:
            return _decode_deep_tiff(page, label, [*notes, _DEEP_NOTE])
        orientation = _turn_of(page)
    file.seek(0)
    image = _open(TiffImageFile, file, label)  # it turns the image upright by itself
    decoded = _decode_plain(image, label, 1, notes)
    turned = ("EXIF orientation applied",) if orientation in _TURNS else ()
    return Decoded(pixels=decoded.pixels, notes=decoded.notes + turned)


def _decode_deep_tiff(page: TiffPage, label: str, notes: list[str]) -> Decoded:
    """16-bit grey or RGB, of which Pillow would give the high byte, with or without alpha."""
    kind = getattr(page.photometric, "name", str(page.photometric))
    if kind not in ("MINISBLACK", "MINISWHITE", "RGB"):
        raise ImageUnreadableError(
            f"{label} is a 16-bit TIFF of the kind {kind}; expected grey or RGB: convert it first"
        )
    values = page.asarray()
    if page.axes.startswith("S"):
        values = np.moveaxis(values, 0, -1)
    colours = 3 if kind == "RGB" else 1
    values = values.reshape(page.imagelength, page.imagewidth, -1)
    alpha = values.shape[2] > colours and page.extrasamples[:1] != (0,)
    values = values[..., : colours + alpha]
    if kind == "MINISWHITE":
        values[..., 0] = 65535 - values[..., 0]
    premultiplied = alpha and page.extrasamples[0] == 1
    return _from_levels(values, alpha, _turn_of(page), notes, premultiplied=premultiplied)


@contextmanager
def _first_page(file: BinaryIO, label: str) -> Iterator[tuple[TiffPage, list[str]]]:
    """The first page of a TIFF, its size checked, and a note if there are more."""
    from tifffile import TiffFile

    with TiffFile(file) as tiff:
        page = tiff.pages.first
        _check_size(page.imagelength, page.imagewidth, label)
        yield page, [_FRAMES_NOTE] if len(tiff.pages) > 1 else []


def _turn_of(page: TiffPage) -> int:
    tag = page.tags.get(_ORIENTATION)
    return 1 if tag is None else int(tag.value)
