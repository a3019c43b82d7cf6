"""What all printed figures share: text width, letters, colours, and how they become PNG bytes."""

from __future__ import annotations

from io import BytesIO

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager

from srlab.figures.fonts import FAMILY, fonts_for

WIDTH_INCHES = 6.7
"""The text width of an A4 page with margins of 2 cm."""

POINTS = 7.5
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
"""Okabe and Ito's, told apart by the colour-blind and in grey print."""

INK, FAINT = "#222222", "#9a9a9a"


def letters(text: str, *, points: float = POINTS, bold: bool = False) -> FontProperties:
    """Font properties that draw every character of `text`; raises ReportError where none does."""
    families = [FAMILY]
    for font in fonts_for(text):
        if font.family not in fontManager.get_font_names():
            fontManager.addfont(str(font.path))
        families.append(font.family)
    return FontProperties(family=families, size=points, weight="bold" if bold else "normal")


def blank(width: float, height: float, *, dpi: int) -> Figure:
    """A white figure of so many inches, drawn by Agg, that pyplot knows nothing of."""
    figure = Figure(figsize=(width, height), dpi=dpi, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def png(figure: Figure) -> bytes:
    """The figure as PNG; equal figures give equal bytes."""
    file = BytesIO()
    figure.savefig(file, format="png", dpi=figure.dpi, metadata={"Software": None})
    return file.getvalue()
