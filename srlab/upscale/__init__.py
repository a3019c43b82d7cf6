"""Upscalers: classical kernels, networks, and ready-made outputs of any other program.

`catalog.describe` turns what a person typed into an `UpscalerInfo` without importing torch;
`UpscalerInfo.load` gives the call `(lr) -> sr`.
"""
