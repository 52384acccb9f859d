"""Build the wheel that a dealer's server is installed from, with the web pages in it: `dist/wedealer-….whl`.

The pages are those that `scripts/setup.py` built, so installing the wheel needs no Node. The list of locked packages it
runs on is put beside it (`requirements.lock`): a server needs only these two files.

    python scripts/wheel.py [FOLDER]
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from setup import PYTHON, REQUIREMENTS, ROOT, WEBS

LOCK = "requirements.lock"


def build(folder: Path) -> Path:
    """Build into `folder` and return the wheel.

    Raises:
        SystemExit: the pages are not built, or the build failed.
    """
    if missing := [str(page.relative_to(ROOT)) for web in WEBS for page in web.built if not page.exists()]:
        raise SystemExit(f"wheel: not built: {', '.join(missing)}; run make setup")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        # A `build` folder left in the checkout would carry deleted files into the next wheel.
        settings = Path(scratch) / "elsewhere.cfg"
        settings.write_text(f"[build]\nbuild_base = {scratch}/build\n[egg_info]\negg_base = {scratch}\n")
        command = [str(PYTHON), "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-cache-dir"]
        made = subprocess.run(
            [*command, "--wheel-dir", scratch, str(ROOT)],
            env={**os.environ, "DIST_EXTRA_CONFIG": str(settings)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            raise SystemExit(f"{made.stdout}\nwheel: the build failed")
        (wheel,) = Path(scratch).glob("*.whl")
        shutil.copy2(REQUIREMENTS / "base.lock", folder / LOCK)
        return Path(shutil.copy2(wheel, folder / wheel.name))


if __name__ == "__main__":
    print(build(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "dist"))
