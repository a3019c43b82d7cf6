"""Pixels without a network: files, colour, crop, resize, and maps of what differs.

Images here are NumPy arrays, uint8, `(H, W)` grey or `(H, W, 3)` RGB; sizes are `(height, width)`.
May import NumPy, Pillow, tifffile, imagecodecs, numba and (late, for a colour table) matplotlib;
of srlab only `errors` and the leaves beside it. Never torch: reading results needs pixels too.
"""
