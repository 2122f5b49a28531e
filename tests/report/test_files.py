import os
import stat
from pathlib import Path

import pytest

from sharedride.errors import InputError
from sharedride.report.files import check_writable, write_whole


def test_a_file_is_replaced_in_one_step_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    """What is written is the bytes given, with the permissions of any new file, and nothing else."""
    file = tmp_path / "plan.json"
    file.write_bytes(b"old")
    check_writable(file)
    write_whole(file, b"new")
    other = tmp_path / "other"
    other.touch()
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == stat.S_IMODE(other.stat().st_mode)
    assert sorted(os.listdir(tmp_path)) == ["other", "plan.json"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk fails half way, the old plan is whole and no draft stays behind."""
    file = tmp_path / "plan.json"
    file.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match=r"plan\.json: cannot be written: no space left on device"):
        write_whole(file, b"new")
    assert file.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["plan.json"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """Writing through a link changes the file it names."""
    (tmp_path / "real.json").write_bytes(b"old")
    link = tmp_path / "link.json"
    link.symlink_to("real.json")
    write_whole(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "real.json").read_bytes() == b"new"


def test_a_device_is_written_to_and_not_replaced() -> None:
    """``-o /dev/null`` leaves the device a device."""
    null = Path(os.devnull)
    check_writable(null)
    write_whole(null, b"gone")
    assert not null.is_file()


@pytest.mark.parametrize(
    ("name", "message"), [("none/plan.json", "does not exist, make it first"), (".", "is a folder")]
)
def test_a_place_that_takes_no_file_is_found_before(tmp_path: Path, name: str, message: str) -> None:
    """A missing folder, or a folder in place of a file, is told with its path."""
    with pytest.raises(InputError, match=message):
        check_writable(tmp_path / name)
    assert os.listdir(tmp_path) == []
