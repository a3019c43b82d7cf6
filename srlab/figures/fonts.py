"""Fonts for what is printed: the ones that come along, an installed one for letters they lack."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from matplotlib import get_data_path
from matplotlib.font_manager import findSystemFonts
from matplotlib.ft2font import FT2Font

from srlab.errors import ReportError

FAMILY = "DejaVu Sans"
_BUNDLED = ("DejaVuSans.ttf", "DejaVuSansMono.ttf")
_PACKAGES = {
    "CJK": "fonts-droid-fallback",
    "HIRAGANA": "fonts-droid-fallback",
    "KATAKANA": "fonts-droid-fallback",
    "HANGUL": "fonts-noto-cjk",
    "THAI": "fonts-noto-core",
}
_OTHER_PACKAGE = "fonts-noto-core"
_SYMBOL_PACKAGE = "fonts-symbola"


_SHAPELESS = {"Cc", "Cf", "Cs", "Co", "Cn"}


@dataclass(frozen=True, kw_only=True)
class Font:
    """An installed font file, the name of its family, and the characters it draws."""

    path: Path
    family: str
    covers: frozenset[int]


def printable(text: str) -> str:
    """`text` on one line; what has no shape (control, direction, unassigned) as U+FFFD."""
    clean = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(letter) in _SHAPELESS else letter
        for letter in re.sub(r"\s+", " ", text)
    )
    return clean.strip()


def fonts_for(text: str, *, installed: Iterable[Path] | None = None) -> tuple[Font, ...]:
    """The installed fonts that `text` needs besides the bundled ones; mostly none.

    Characters that DejaVu Sans and DejaVu Sans Mono both draw need nothing: matplotlib and typst
    bring these two. Raises ReportError that names a Debian package where no font covers a letter.
    """
    missing = _beyond_bundled(text)
    chosen: list[Font] = []
    if not missing:
        return ()
    fonts = _fonts(tuple(installed) if installed is not None else None)
    while missing:
        best = max(fonts, key=lambda font: len(font.covers & missing), default=None)
        if best is None or not best.covers & missing:
            raise _no_font(min(missing))
        chosen.append(best)
        missing -= best.covers
    return tuple(chosen)


def drawable(text: str, *, installed: Iterable[Path] | None = None) -> str:
    """`text` with a question mark for every character that no font draws."""
    missing = _beyond_bundled(text)
    if not missing:
        return text
    for font in _fonts(tuple(installed) if installed is not None else None):
        missing -= font.covers
    return "".join("?" if ord(letter) in missing else letter for letter in text)


def _beyond_bundled(text: str) -> set[int]:
    return {ord(letter) for letter in text if not letter.isspace()} - _bundled()


@lru_cache(maxsize=1)
def _bundled() -> frozenset[int]:
    """What both bundled fonts draw (the sans is matplotlib's only, the mono is typst's too)."""
    folder = Path(get_data_path()) / "fonts" / "ttf"
    sans, mono = (frozenset(FT2Font(str(folder / name)).get_charmap()) for name in _BUNDLED)
    return sans & mono


@lru_cache(maxsize=4)
def _fonts(installed: tuple[Path, ...] | None) -> tuple[Font, ...]:
    """The regular fonts of this machine, by path."""
    paths = installed if installed is not None else tuple(map(Path, findSystemFonts()))
    fonts = []
    for path in sorted(paths):
        try:
            face = FT2Font(str(path))
        except (RuntimeError, OSError, ValueError):
            continue
        if face.style_name in ("Regular", "Book", "Normal", "Medium") and face.scalable:
            covers = frozenset(face.get_charmap())
            fonts.append(Font(path=path, family=face.family_name, covers=covers))
    return tuple(fonts)


def _no_font(code: int) -> ReportError:
    letter = chr(code)
    name = unicodedata.name(letter, f"U+{code:04X}")
    script = name.partition(" ")[0]
    other = _OTHER_PACKAGE if unicodedata.category(letter).startswith(("L", "M")) else None
    package = _PACKAGES.get(script, other or _SYMBOL_PACKAGE)
    return ReportError(
        f"no installed font draws {letter!r} ({name}), and an empty box is no report; install one "
        f"(Debian: apt-get install {package}), or rename what carries it"
    )
