"""Trains upscalers and classifiers: a recipe says what, one loop does it, and it may be killed.

Recipes: `recipe` reads the TOML into an `upscaler_recipe` or a `classifier_recipe`; `tables` and
`optimisation` are of both. The training: `loop` from top to bottom, `task` what it asks of each
kind, `optimise` rates and weights, `resume` what is kept on disk, `provenance` what is written
down. Upscalers (`upscaler`): `pairs` makes input and target of an image, `patches` cuts them into
an HDF5 beforehand, `batches` on the fly, `judge` is the PSNR after each epoch. Classifiers
(`classifier`): `class_pictures` are what is learned from, `class_batches` cuts them, `vit` is the
net and the folder it is kept as.

May import what lies under `evaluation`, its sibling. Importing this package, `recipe` and
`patches` imports no torch.
"""
