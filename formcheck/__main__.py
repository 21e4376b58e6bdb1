"""``python -m formcheck`` is the ``formcheck`` command."""

from __future__ import annotations

from formcheck.cli.app import main

if __name__ == "__main__":
    main()
