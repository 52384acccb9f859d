"""Speed as a ratio to a named floor, both measured in the same run on the same machine.

    make bench                      every benchmark
    make bench NAME=owner_read      one of them

Each module has `run()`, plain or async, which returns `name, value, unit, floor, floor_value, ratio, goal` and any
further figures worth keeping. Results go to benchmarks/results.json with commit and date; docs/performance.md is
written from them.
"""
