"""The factors by which images are made larger or smaller here."""

SCALES = (2, 3, 4, 8)
