"""What the stored numbers say: frames in, frames out; never torch.

`frames` reads scores, `leaderboard`, `ranking` and `paired` summarise them, `interval` holds the
statistics, `published` the values of papers. Rows of different protocols or degradations are never
mixed.

The flip study: `predictions` reads, `compared` holds every arm against the original, and the rest
takes the frames of these two: `accuracy`, `transitions` (the four-way table and McNemar's test),
`divergence`, `margins` and `flip_quality` (why predictions change), `recurring`, `classwise`,
`flips` (the list), `flip_rules` (what a pipeline fails by). An image that lacks one of its two
predictions is in no statistic, and is counted and named.
"""
