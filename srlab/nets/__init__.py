"""Torch modules that make sr from lr, and the files of weights that fill them.

`spec` says what a net is and `header` what a file of our own says of itself, both without torch.
`checkpoint` reads a stranger's file safely, `save` writes our own, `recognise` builds the net that
a header, or keys and shapes, tell of.
"""
