"""``python -m qingdan`` is ``qingdan``."""

from __future__ import annotations

from qingdan.cli.main import main

if __name__ == "__main__":
    main()
