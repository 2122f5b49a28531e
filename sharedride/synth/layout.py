"""JSON text that reads and diffs well: one object of a list per line."""

import json
from typing import Any


def clock(after_midnight: int) -> str:
    """``"HH:MM"`` of whole minutes from midnight."""
    return f"{after_midnight // 60:02d}:{after_midnight % 60:02d}"


def minutes(text: str) -> int:
    """Minutes from midnight of ``"HH:MM"``."""
    hours, rest = text.split(":")
    return 60 * int(hours) + int(rest)


def day_text(day: dict[str, Any]) -> str:
    """Return a day as the text of its file, the same for the same content."""
    blocks = []
    for key, value in day.items():
        if isinstance(value, list):
            rows = ",\n".join(f"    {_line(row)}" for row in value)
            blocks.append(f"  {_line(key)}: [\n{rows}\n  ]")
        elif isinstance(value, dict) and any(isinstance(part, list) for part in value.values()):
            blocks.append(f"  {_line(key)}: {_table(value)}")
        else:
            blocks.append(f"  {_line(key)}: {_line(value)}")
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _table(value: dict[str, Any]) -> str:
    parts = []
    for key, part in value.items():
        if isinstance(part, list):
            rows = ",\n".join(f"      {_line(row)}" for row in part)
            parts.append(f"    {_line(key)}: [\n{rows}\n    ]")
        else:
            parts.append(f"    {_line(key)}: {_line(part)}")
    return "{\n" + ",\n".join(parts) + "\n  }"
