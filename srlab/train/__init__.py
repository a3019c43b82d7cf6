"""Trains upscalers: a recipe says what, one loop does it, and it may be killed at any moment.

`recipe` reads the TOML, `pairs` makes input and target of an image, `patches` cuts them (into an
HDF5 beforehand, or on the fly), `loop` is the training from top to bottom, `resume` what it keeps
on disk, `judge` the PSNR after each epoch. May import what lies under `evaluation`, its sibling.
Importing this package, `recipe` and `patches` imports no torch.
"""
