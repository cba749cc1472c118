"""Builds the web page into the wheel, where Node is there to build it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageBuildHook(BuildHookInterface[Any]):
    """Runs Vite before a wheel is packed, so that `src/unmask/api/page` is in it.

    An editable install skips it (`make page` builds the page of a checkout). Without npm or
    without the page's sources the wheel holds whatever page is already built, and if none is,
    serves the API alone: a warning says so.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page, or say why not.

        Args:
            version: `editable` for an editable install, else `standard`.
            build_data: Not changed.

        Raises:
            subprocess.CalledProcessError: npm is there, but the page does not build.
        """
        if version == "editable":
            return
        root = Path(self.root)
        web = root / "web"
        built = (root / "src/unmask/api/page/index.html").is_file()
        npm = shutil.which("npm")
        if not (web / "package.json").is_file():
            missing = "web/package.json is not there"
        elif npm is None:
            missing = "npm is not installed (Node 20 or later brings it)"
        else:
            if not (web / "node_modules").is_dir():
                subprocess.run([npm, "ci"], cwd=web, check=True, stdout=sys.stderr)
            subprocess.run([npm, "run", "build"], cwd=web, check=True, stdout=sys.stderr)
            return
        what = "holds the page that was built before" if built else "holds no web page"
        self.app.display_warning(f"{missing}: the wheel {what}")
