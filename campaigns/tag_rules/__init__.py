"""自动贴标签: a segment carries a tag. Each night and on demand, whoever is in the segment has the tag and whoever is
not loses it. What a hand put on stays: a rule takes back only what it gave itself.

A tag is carried by at most one segment, and a segment carries at most one tag, so one sentence says why somebody has
it.
"""
