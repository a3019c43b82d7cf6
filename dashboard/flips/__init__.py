"""The flips page in parts: what a person chooses, and the sections from top to bottom.

`choosing` is the bar and the filters, `kinds` what categories are called and how they are coloured.
Sections: `changes` (how many changed, four ways), `listing` (the flips as strips, which `strips`
makes), `closeness` (the original's margin), `relations` (scores of the same images, images that
flip again and again, which label turned into which). All is read by `results`, as `study` says.
"""
