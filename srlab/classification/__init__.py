"""Classifies the original, the small and the upscaled image of every sample.

*Problem.* A flip can be blamed on an upscaler only where the original and the small image were
classified too, by the same classifier with the same processor, and where the upscaled image is the
very one that was scored.

*Choice.* `classify` evaluates first, so that hr, lr and sr lie in the store; what follows reads
them from there by name. `looks` is pure: images wanted minus predictions stored. `run` decodes and
prepares the next batch while the net works on this one.

*Consequences.* Nothing is upscaled twice, PSNR and SSIM of every flip are at hand, and a second
call classifies nothing.
"""
