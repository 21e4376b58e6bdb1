"""A checkout is found from wherever it is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_the_package_is_found_from_the_folder_that_holds_the_checkout(root: Path, tmp_path: Path) -> None:
    # A folder named as the package, without an __init__.py, would do for a namespace package of that name.
    (tmp_path / "formcheck").symlink_to(root, target_is_directory=True)
    done = subprocess.run(
        [sys.executable, "-c", "from formcheck import score; print(score.__module__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "formcheck.scoring\n", "")
