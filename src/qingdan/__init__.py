"""qingdan（清单）：keep, adjust, supervise and publish a local government's power and responsibility lists."""

from __future__ import annotations

__version__ = "0.1.0"
