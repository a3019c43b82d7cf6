"""Image classifiers in Hugging Face format, what they say of images, and why.

`catalog.describe_classifier` turns what a person typed into a `ClassifierInfo` without importing
torch; `ClassifierInfo.load` gives the call from images to logits. `labels` matches the classes of
a set of images to those of a classifier by name; `explain` makes maps of where the evidence lies.
The processor's backend is pinned to Pillow: the torchvision one gives slightly other pixels, and
predictions would flip by it.
"""
