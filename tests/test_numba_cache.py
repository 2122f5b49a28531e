import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from sharedride import _numba_cache
from sharedride._numba_cache import ensure_numba_cache


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Neither the package's folder nor the user's cache can be written; the folder for temporary files."""
    # A file in the folder's place stops even the user who may write everywhere.
    (tmp_path / "file").touch()
    monkeypatch.setattr(_numba_cache, "__file__", str(tmp_path / "file" / "package.py"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    monkeypatch.delitem(sys.modules, "numba", raising=False)
    return tmp_path


def test_compiled_code_goes_to_a_folder_of_the_users_own(nowhere: Path) -> None:
    """The folder lasts from run to run, and nobody else may look into it."""
    ensure_numba_cache()
    folder = Path(os.environ["NUMBA_CACHE_DIR"])
    assert folder.parent == nowhere
    assert os.name != "posix" or folder.stat().st_mode & 0o077 == 0
    os.environ["NUMBA_CACHE_DIR"] = ""
    ensure_numba_cache()
    assert os.environ["NUMBA_CACHE_DIR"] == str(folder)


@pytest.mark.skipif(os.name != "posix", reason="the rights of a folder are those of POSIX")
def test_a_folder_that_others_may_fill_is_not_used(nowhere: Path) -> None:
    """Cached code is executed: a folder somebody else could have prepared is passed by."""
    ensure_numba_cache()
    first = Path(os.environ["NUMBA_CACHE_DIR"])
    first.chmod(0o777)
    os.environ["NUMBA_CACHE_DIR"] = ""
    ensure_numba_cache()
    assert os.environ["NUMBA_CACHE_DIR"] not in ("", str(first))


def test_a_writable_cache_is_left_alone(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where numba finds a folder by itself, and where the user names one, nothing is changed."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(nowhere / "cache"))
    ensure_numba_cache()
    assert os.environ["NUMBA_CACHE_DIR"] == ""
    monkeypatch.setenv("XDG_CACHE_HOME", str(nowhere / "file"))
    monkeypatch.setenv("NUMBA_CACHE_DIR", "mine")
    ensure_numba_cache()
    assert os.environ["NUMBA_CACHE_DIR"] == "mine"


def test_numba_keeps_compiled_code_there(nowhere: Path) -> None:
    """In a fresh process, a function compiled after the call is kept in the folder."""
    (nowhere / "compiled.py").write_text(
        "from sharedride import _numba_cache\n"
        f"_numba_cache.__file__ = {_numba_cache.__file__!r}\n"
        "_numba_cache.ensure_numba_cache()\n"
        "from numba import njit\n"
        "@njit(cache=True)\n"
        "def one(): return 1\n"
        "one()\n"
    )
    surroundings = os.environ | {"TMPDIR": str(nowhere), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, str(nowhere / "compiled.py")], check=True, env=surroundings)
    (folder,) = nowhere.glob("sharedride-numba-*")
    assert list(folder.rglob("*.nbi"))
