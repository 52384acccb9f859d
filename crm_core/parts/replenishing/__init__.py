"""补货: how few pieces of a part a store should have at least, what should be ordered for that and why, and which part
may stand in for another 替代件.
"""
