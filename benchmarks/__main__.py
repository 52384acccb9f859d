"""`make bench`: run the benchmarks, print a table, keep the results."""

import asyncio
import importlib
import inspect
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

NAMES = (
    "crypto_path",
    "callback_accept",
    "owner_read",
    "welcome_latency",
    "segment_preview",
    "segment_1m",
    "freeze_200k",
    "customer_search",
    "import_200k",
    "million_customers",
    "slots_week",
    "booking_contention",
    "day_board",
    "live_fanout",
    "limiter",
    "mass_send",
    "cold_start",
    "memory_rest",
)
RESULTS = Path(__file__).parent / "results.json"


def main(names: list[str]) -> int:
    """Run `names` (all when empty) and return 0 when every goal was met."""
    if unknown := set(names) - set(NAMES):
        print(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
        return 2
    console = Console()
    results: list[dict[str, Any]] = []
    for name in names or NAMES:
        console.print(f"{name} …")
        measured = importlib.import_module(f"benchmarks.{name}").run()
        answer = asyncio.run(measured) if inspect.iscoroutine(measured) else measured
        dated = [_dated(result) for result in (answer if isinstance(answer, list) else [answer])]
        _keep(dated)  # Kept at once, because the next benchmark may fail.
        results += dated
    console.print(_table(results))
    return 0 if all(result["met"] for result in results) else 1


def _dated(result: dict[str, Any]) -> dict[str, Any]:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False, cwd=RESULTS.parent
    ).stdout.strip()
    met = result.get("met", result["ratio"] >= result["goal"] if not isinstance(result["goal"], str) else False)
    return {**result, "met": bool(met), "commit": commit, "date": datetime.now(UTC).date().isoformat()}


def _keep(results: list[dict[str, Any]]) -> None:
    """Replace the stored results of the same names and keep the others."""
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    names = {result["name"] for result in results}
    rows = [row for row in kept if row["name"] not in names] + results
    RESULTS.write_text(json.dumps(sorted(rows, key=lambda row: row["name"]), indent=1, ensure_ascii=False) + "\n")


def _table(results: list[dict[str, Any]]) -> Table:
    table = Table("name", "value", "unit", "floor", "floor value", "ratio", "goal", "met")
    for row in results:
        table.add_row(
            row["name"],
            f"{row['value']:,.4g}",
            row["unit"],
            row["floor"],
            f"{row['floor_value']:,.4g}",
            f"{row['ratio']:.2f}",
            f"≥ {row['goal']:.2f}" if isinstance(row["goal"], float) else str(row["goal"]),
            "✓" if row["met"] else "✗",
        )
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
