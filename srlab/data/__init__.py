"""Benchmarks: which images there are, how hr and lr of each are made, and where they come from.

`catalog` names the known sets, `layouts` reads a person's folder, `embedded` and `download` supply
the rest; `benchmark` turns any of them into samples; `sample` loads one as a pair of uint8 images;
`degradation` says how lr is made from hr. `luma_file` reads the evaluation files (HDF5 of float
luma) that SRCNN's PyTorch code goes by, one `plane` at a time, and `pack` writes them. `classes`
draws images of known class from a folder, the hub, or the embedded `materials`. May import `image`
and the floor below it; never torch.
"""
