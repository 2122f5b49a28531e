"""What figures depend on: the machine, and the release of everything that took part."""

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path

PACKAGES = ("sharedride", "ortools", "pyvroom", "pyvrp", "vrp-cli", "numba", "numpy", "scipy")


def machine() -> dict[str, str | float | None]:
    """Return processor, cores, memory, system, and how many processes wanted to run in the last minute."""
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    names = [line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")]
    memory = None
    if hasattr(os, "sysconf"):
        memory = round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
    return {
        "processor": names[0] if names else platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": memory,
        "system": platform.platform(terse=True),
        "load_before": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }


def _commit() -> str | None:
    """The commit the benchmarks lie in, where they lie in a repository."""
    try:
        asked = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def versions() -> dict[str, str]:
    """Return the installed release of every package that takes part, or that it is missing."""
    found = {"python": platform.python_version()}
    commit = _commit()
    if commit is not None:
        found["commit"] = commit
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found
