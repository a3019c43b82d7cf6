"""Every kind of file that people have, and every kind of broken one."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from srlab.errors import ImageError, ImageTooLargeError, ImageUnreadableError
from srlab.image.files import decode, encode_png, image_size, read_image, write_image


def saved(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def tiff(values: np.ndarray, **options) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, values, **options)
    return file.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )


def png_header(height: int, width: int) -> bytes:
    """A PNG that announces a size and holds no pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def with_chunk(png: bytes, name: bytes, content: bytes) -> bytes:
    """`png` with one more chunk, right before its IEND."""
    return png[:-12] + chunk(name, content) + png[-12:]


@pytest.fixture
def rgb(rng) -> np.ndarray:
    return rng.integers(0, 256, (13, 17, 3), dtype=np.uint8)


@pytest.fixture
def grey(rgb) -> np.ndarray:
    return rgb[:, :, 0].copy()


@settings(max_examples=25, deadline=None)
@given(
    arrays(
        np.uint8,
        st.tuples(st.integers(1, 9), st.integers(1, 9))
        | st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3)),
    )
)
def test_pixels_survive_encoding(pixels):
    decoded = decode(encode_png(pixels))
    np.testing.assert_array_equal(decoded.pixels, pixels)
    assert decoded.verbatim
    assert decoded.notes == ()


def test_writing_leaves_one_file_with_the_same_pixels(tmp_path, rgb):
    write_image(tmp_path / "a.png", rgb)
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), rgb)
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_writing_over_a_folder_leaves_no_temporary_file(tmp_path, rgb):
    (tmp_path / "a.png").mkdir()
    with pytest.raises(OSError, match=r"a\.png"):
        write_image(tmp_path / "a.png", rgb)
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


@pytest.mark.parametrize("pixels", [np.zeros((4, 4)), np.zeros((4, 4, 4), np.uint8)])
def test_encoding_refuses_other_than_uint8_grey_or_rgb(pixels):
    with pytest.raises(ImageError, match="expected uint8"):
        encode_png(pixels)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "WebP"])
def test_lossless_formats_give_the_same_colours(kind, rgb):
    options = {"lossless": True} if kind == "WebP" else {}
    np.testing.assert_array_equal(decode(saved(Image.fromarray(rgb), kind, **options)).pixels, rgb)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "JPEG"])
def test_grey_stays_grey(kind, grey):
    assert decode(saved(Image.fromarray(grey), kind)).pixels.shape == grey.shape


def test_jpeg_gives_what_pillow_gives(rgb):
    content = saved(Image.fromarray(rgb), "JPEG")
    np.testing.assert_array_equal(
        decode(content).pixels, np.asarray(Image.open(io.BytesIO(content)))
    )


def test_an_interlaced_png_is_verbatim():
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 1)
    pixel = chunk(b"IDAT", zlib.compress(b"\0\x07"))
    decoded = decode(png_header(1, 1)[:8] + chunk(b"IHDR", header) + pixel + chunk(b"IEND", b""))
    np.testing.assert_array_equal(decoded.pixels, [[7]])
    assert decoded.verbatim


@pytest.mark.parametrize(
    ("name", "content"),
    [(b"gAMA", struct.pack(">I", 100_000)), (b"iCCP", b"x\0\0" + zlib.compress(b"profile"))],
)
def test_a_png_whose_colours_a_viewer_would_change_is_not_verbatim(name, content, rgb):
    plain = encode_png(rgb)
    decoded = decode(plain[:33] + chunk(name, content) + plain[33:])
    np.testing.assert_array_equal(decoded.pixels, rgb)
    assert not decoded.verbatim


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_decoded_pixels_may_be_written_to(kind, rgb):
    pixels = decode(saved(Image.fromarray(rgb), kind)).pixels
    assert pixels.flags.writeable
    assert pixels.flags.c_contiguous


def test_a_jpeg_is_not_verbatim(rgb):
    assert not decode(saved(Image.fromarray(rgb), "JPEG")).verbatim


@pytest.mark.parametrize("shape", [(9, 7), (9, 7, 3)])
@pytest.mark.parametrize("encode", [imagecodecs.png_encode, tiff], ids=["png", "tiff"])
def test_16_bits_are_divided_by_257_and_rounded(encode, shape, rng):
    deep = rng.integers(0, 65536, shape, dtype=np.uint16)
    options = {"photometric": "rgb" if len(shape) == 3 else "minisblack"} if encode is tiff else {}
    decoded = decode(encode(deep, **options))
    np.testing.assert_array_equal(decoded.pixels, np.floor(deep / 257 + 0.5))
    assert decoded.notes == ("16 bits scaled to 8",)
    assert not decoded.verbatim


def test_16_bits_with_alpha_are_composited_on_white(rng):
    deep = rng.integers(0, 65536, (9, 7, 4), dtype=np.uint16)
    decoded = decode(imagecodecs.png_encode(deep))
    share = deep[..., 3:] / 65535
    expected = (deep[..., :3] * share + 65535 * (1 - share)) / 257
    np.testing.assert_array_equal(decoded.pixels, np.floor(expected + 0.5))
    assert decoded.notes == ("16 bits scaled to 8", "alpha composited on white")


def test_a_planar_16_bit_tiff_keeps_its_channels_apart(rng):
    planes = rng.integers(0, 65536, (3, 9, 7), dtype=np.uint16)
    content = tiff(planes, photometric="rgb", planarconfig="separate")
    expected = np.floor(planes.transpose(1, 2, 0) / 257 + 0.5)
    np.testing.assert_array_equal(decode(content).pixels, expected)


def test_a_16_bit_tiff_with_white_as_zero_is_inverted():
    content = tiff(np.array([[0, 65535]], np.uint16), photometric="miniswhite")
    np.testing.assert_array_equal(decode(content).pixels, [[255, 0]])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_floating_point_tiff_is_refused(dtype):
    with pytest.raises(ImageUnreadableError, match="floating-point pixels"):
        decode(tiff(np.zeros((4, 4), dtype)))


def test_a_32_bit_integer_tiff_is_refused():
    with pytest.raises(ImageUnreadableError, match="8 or 16 bits"):
        decode(tiff(np.zeros((4, 4), np.int32)))


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WebP"])
def test_alpha_is_composited_on_white_with_a_note(kind):
    image = Image.new("RGBA", (2, 1), (10, 20, 30, 255))
    image.putpixel((1, 0), (0, 0, 0, 0))
    decoded = decode(saved(image, kind, **({"lossless": True} if kind == "WebP" else {})))
    np.testing.assert_array_equal(decoded.pixels, [[[10, 20, 30], [255, 255, 255]]])
    assert decoded.notes == ("alpha composited on white",)


def test_half_transparent_grey_stays_grey():
    decoded = decode(saved(Image.new("LA", (1, 1), (0, 51))))
    np.testing.assert_array_equal(decoded.pixels, [[204]])


def test_opaque_alpha_changes_nothing_and_needs_no_note(rgb):
    opaque = np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])
    decoded = decode(saved(Image.fromarray(opaque)))
    np.testing.assert_array_equal(decoded.pixels, rgb)
    assert decoded.notes == ()
    assert not decoded.verbatim


def test_a_transparent_colour_is_composited_on_white():
    decoded = decode(saved(Image.new("RGB", (1, 1), (1, 2, 3)), transparency=(1, 2, 3)))
    np.testing.assert_array_equal(decoded.pixels, [[[255, 255, 255]]])
    assert not decoded.verbatim


def test_a_palette_becomes_rgb(rgb):
    image = Image.fromarray(rgb).quantize(16)
    np.testing.assert_array_equal(decode(saved(image)).pixels, np.asarray(image.convert("RGB")))


def test_a_palette_of_greys_becomes_grey(grey):
    image = Image.fromarray(grey).convert("P")
    np.testing.assert_array_equal(decode(saved(image)).pixels, grey)


def test_a_transparent_palette_is_composited_on_white():
    image = Image.new("P", (1, 1), 0)
    image.putpalette([9, 8, 7])
    np.testing.assert_array_equal(decode(saved(image, transparency=0)).pixels, [[255]])


def test_1_bit_becomes_black_and_white():
    image = Image.new("1", (2, 1), 0)
    image.putpixel((1, 0), 1)
    decoded = decode(saved(image))
    np.testing.assert_array_equal(decoded.pixels, [[0, 255]])
    assert not decoded.verbatim


def test_cmyk_becomes_rgb_with_a_note():
    decoded = decode(saved(Image.new("CMYK", (8, 8), (0, 0, 0, 0)), "TIFF"))
    np.testing.assert_array_equal(decoded.pixels, np.full((8, 8, 3), 255))
    assert decoded.notes == ("CMYK converted without its colour profile",)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WebP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(kind, orientation):
    scene = np.kron(
        np.array([[0, 80], [160, 240], [40, 120]], np.uint8), np.ones((16, 16), np.uint8)
    )
    image = Image.fromarray(scene).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = saved(image, kind, exif=exif, quality=95)
    undo = {5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270}
    turned = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
        **undo,
    }
    expected = np.asarray(image.transpose(turned[orientation]) if orientation > 1 else image)
    decoded = decode(content)
    assert decoded.pixels.shape == expected.shape
    # lossy formats ring a little at the edges of the blocks
    assert np.abs(decoded.pixels.astype(int) - expected).mean() < 4
    assert decoded.notes == (("EXIF orientation applied",) if orientation > 1 else ())
    assert image_size(content) == expected.shape[:2]


@pytest.mark.parametrize("orientation", range(2, 9))
def test_16_bit_tiffs_are_turned_like_8_bit_ones(orientation, grey):
    tag = [(0x0112, "H", 1, orientation, True)]
    deep = tiff(grey.astype(np.uint16) * 257, photometric="minisblack", extratags=tag)
    plain = tiff(grey, photometric="minisblack", extratags=tag)
    np.testing.assert_array_equal(decode(deep).pixels, decode(plain).pixels)
    assert image_size(deep) == image_size(plain) == decode(plain).pixels.shape


def test_an_orientation_behind_the_pixels_counts(grey):
    exif = Image.Exif()
    exif[0x0112] = 6
    content = with_chunk(encode_png(grey), b"eXIf", exif.tobytes()[6:])
    np.testing.assert_array_equal(decode(content).pixels, np.rot90(grey, -1))
    assert image_size(content) == grey.shape[::-1]


@pytest.mark.parametrize("kind", ["TIFF", "PNG", "WebP"])
def test_of_several_frames_the_first_is_taken_with_a_note(kind, rgb):
    frames = [Image.fromarray(255 - rgb)]
    options = {"lossless": True} if kind == "WebP" else {}
    content = saved(Image.fromarray(rgb), kind, save_all=True, append_images=frames, **options)
    decoded = decode(content)
    np.testing.assert_array_equal(decoded.pixels, rgb)
    assert decoded.notes == ("first of several frames",)
    assert not decoded.verbatim


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "WebP"])
def test_size_comes_from_the_header_alone(kind, rgb):
    content = saved(Image.fromarray(rgb), kind)
    assert image_size(content) == (13, 17)


def test_size_of_a_png_without_its_pixels_is_known():
    assert image_size(png_header(30, 40)) == (30, 40)


@pytest.mark.parametrize("size", [(65000, 65000), (10_001, 10_000)])
def test_a_huge_header_is_refused_before_decoding(size):
    with pytest.raises(ImageTooLargeError, match=rf"{size[0]}x{size[1]}.*100,000,000"):
        decode(png_header(*size))
    with pytest.raises(ImageTooLargeError):
        image_size(png_header(*size))


def test_a_large_image_under_the_limit_gives_no_warning():
    assert image_size(png_header(9_900, 10_000)) == (9_900, 10_000)


@pytest.mark.parametrize("size", [(0, 0), (0, 5), (5, 0)])
def test_an_image_without_pixels_is_unreadable(size):
    with pytest.raises(ImageUnreadableError):
        decode(png_header(*size))


def test_a_single_pixel_is_read():
    np.testing.assert_array_equal(decode(encode_png(np.array([[7]], np.uint8))).pixels, [[7]])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "WebP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_unreadable(kind, share, rng, tmp_path):
    pixels = rng.integers(0, 256, (64, 64, 3), dtype=np.uint8)
    content = saved(Image.fromarray(pixels), kind)
    path = tmp_path / "cut.img"
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ImageUnreadableError, match=r"cut\.img.*expected a whole PNG"):
        decode(path)


def test_a_byte_that_flipped_in_a_png_is_found_out(rgb):
    content = bytearray(encode_png(rgb))
    content[content.index(b"IDAT") + 20] ^= 1
    with pytest.raises(ImageUnreadableError, match=r"^the image is damaged or cut off; expected"):
        decode(bytes(content))


@pytest.mark.parametrize("share", [0.3, 0.6])
@pytest.mark.parametrize("encode", [imagecodecs.png_encode, tiff], ids=["png", "tiff"])
def test_a_truncated_16_bit_file_is_unreadable(encode, share, rng):
    content = encode(rng.integers(0, 65536, (64, 64), dtype=np.uint16))
    with pytest.raises(ImageUnreadableError):
        decode(content[: int(len(content) * share)])


def test_text_named_png_is_unreadable(tmp_path):
    path = tmp_path / "notes.png"
    path.write_text("not a picture")
    with pytest.raises(ImageUnreadableError, match=r"notes\.png starts with b'not a pictur'"):
        decode(path)


def test_an_empty_file_is_unreadable():
    with pytest.raises(ImageUnreadableError, match=r"a\.png is empty; expected"):
        decode(b"", name="a.png")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ImageUnreadableError, match=r"missing\.png"):
        decode(tmp_path / "missing.png")


def test_other_formats_are_not_tried(rgb):
    with pytest.raises(ImageUnreadableError, match=r"starts with b'GIF8[79]a"):
        decode(saved(Image.fromarray(rgb).quantize(4), "GIF"))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"BM", b"RIFF\0\0\0\0WEBP"]),
    st.binary(max_size=64),
)
def test_rubbish_behind_a_good_signature_is_an_image_error(signature, rubbish):
    with pytest.raises(ImageError):
        decode(signature + rubbish)


def test_several_threads_decode_at_once(rgb):
    content = encode_png(rgb)
    with ThreadPoolExecutor(4) as pool:
        images = list(pool.map(lambda _: decode(content).pixels, range(40)))
    assert all(np.array_equal(image, rgb) for image in images)


def test_reading_files_does_not_import_numba():
    code = "import sys, srlab.image.files; sys.exit('numba' in sys.modules)"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def test_a_tiff_of_many_samples_a_pixel_is_refused_before_decoding(tmp_path):
    path = tmp_path / "cube.tif"
    tifffile.imwrite(
        path, np.zeros((16, 16, 40), np.uint16), photometric="minisblack", planarconfig="contig"
    )
    with pytest.raises(ImageUnreadableError, match="40 samples a pixel"):
        read_image(path)


def test_memory_that_runs_out_is_named(tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    write_image(path, np.zeros((16, 16), np.uint8))

    def short(*_: object) -> None:
        raise MemoryError("Unable to allocate 37 GiB")

    monkeypatch.setattr("srlab.image.files._decode_png", short)
    with pytest.raises(ImageTooLargeError, match="needs more memory"):
        read_image(path)
