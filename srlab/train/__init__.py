"""Trains upscalers: a recipe says what, one loop does it, and it may be killed at any moment.

`recipe` reads the TOML, `pairs` makes input and target of an image, `patches` cuts them into an
HDF5 beforehand, `batches` cuts them on the fly or reads that HDF5, `loop` is the training from top
to bottom, `resume` what it keeps on disk, `judge` the PSNR after each epoch, `provenance` what is
written down. May import what lies under `evaluation`, its sibling.
Importing this package, `recipe` and `patches` imports no torch.
"""
