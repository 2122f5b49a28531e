"""Finished figures on disk, one small file each, so that an interrupted comparison goes on where it was."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sharedride.practice.account import Account
from sharedride.practice.case import Task
from sharedride.report.files import write_whole


class Store:
    """Accounts by département, seed and way in ``FOLDER/finished``; asked for otherwise, they do not count.

    Delete the folder to plan anew with other code.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "finished"

    def put(self, task: Task, way: str, account: Account) -> None:
        """Keep the figures of one plan."""
        self.write(_name(task, way), {"asked": asked(task), "account": asdict(account)})

    def get(self, task: Task, way: str) -> Account | None:
        """Return the figures of a plan made for the same question."""
        content = self.read(_name(task, way))
        if content is None or content.get("asked") != asked(task):
            return None
        return Account(**content["account"])

    def write(self, name: str, content: Mapping[str, Any]) -> None:
        """Keep some content under a name."""
        self._folder.mkdir(parents=True, exist_ok=True)
        write_whole(self._folder / f"{name}.json", json.dumps(content, indent=1).encode())

    def read(self, name: str) -> dict[str, Any] | None:
        """Return what is kept under a name."""
        try:
            content = json.loads((self._folder / f"{name}.json").read_bytes())
        except (OSError, ValueError):
            return None
        return content if isinstance(content, dict) else None


def asked(task: Task) -> dict[str, Any]:
    """What a plan's figures depend on, beside the code."""
    content: dict[str, Any] = json.loads(json.dumps(asdict(task), default=str))
    return content


def _name(task: Task, way: str) -> str:
    return f"{task.department}-{task.seed}-{way}"
