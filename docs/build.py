"""Fill the generated blocks of the documentation from the code: ``python docs/build.py``.

A block stands between ``<!-- generated: NAME -->`` and ``<!-- end -->``. With ``--check`` nothing is
written, and the exit code is 1 when a page is not what it should be.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sharedride.changing.events import KINDS
from sharedride.checking import Rule
from sharedride.day import day_schema

DOCS = Path(__file__).parent
BLOCK = re.compile(r"(?<=<!-- generated: )(\w+)( -->\n).*?(?=<!-- end -->)", re.DOTALL)

OBJECTS = (
    *("Day", "Place", "Operator", "Vehicle", "Break", "Trip", "Lock"),
    *("CrowFly", "Matrix", "RoadLike", "Osrm", "Valhalla", "Distancier", "RuleOverrides", "Costs"),
)
"""Order of the objects of a day in the page."""


def rules() -> str:
    """Every rule the checker knows, by name."""
    lines = [f"| `{rule.value}` | {rule.meaning} |" for rule in Rule]
    return "\n".join(["| name | what it asks |", "|---|---|", *lines])


def day() -> str:
    """Every object of a day, key by key."""
    schema = day_schema()
    parts = {"Day": schema, **schema["$defs"]}
    return "\n\n".join(_object(name, parts[name]) for name in OBJECTS)


def events() -> str:
    """Every kind of event, with its keys and what it says."""
    head = ["| `type` | keys | what happened |", "|---|---|---|"]
    return "\n".join([*head, *(_event(kind, model.model_json_schema()) for kind, model in KINDS.items())])


def _event(kind: str, part: dict[str, Any]) -> str:
    keys = [
        f"`{key}`" + ("" if key in part["required"] else " (optional)") + f": {value['description']}"
        for key, value in part["properties"].items()
        if key != "type"
    ]
    return f"| `{kind}` | {'; '.join(keys)} | {part['description'].replace('``', '`')} |"


def _object(name: str, part: dict[str, Any]) -> str:
    rows = [
        f"| `{key}` | {_kind(value)} | {_default(key, value, part)} | {value.get('description', '')} |"
        for key, value in part["properties"].items()
    ]
    head = [
        f"### {name}",
        "",
        part["description"],
        "",
        "| key | type | default | meaning |",
        "|---|---|---|---|",
    ]
    return "\n".join([*head, *rows])


def _default(key: str, value: dict[str, Any], part: dict[str, Any]) -> str:
    if key in part.get("required", []):
        return "**required**"
    default = value.get("default")
    if default is None or default == [] or isinstance(default, dict):
        return ""
    if isinstance(default, list):
        return ", ".join(f"`{item}`" for item in default)
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


def _kind(value: dict[str, Any]) -> str:
    if "$ref" in value:
        name = value["$ref"].rsplit("/", 1)[1]
        return {"VehicleType": "`vsl` or `taxi`", "Direction": "`outbound` or `return`"}.get(name, name)
    if "const" in value:
        return f"`{value['const']}`"
    if "enum" in value:
        return ", ".join(f"`{item}`" for item in value["enum"])
    for choice in ("anyOf", "oneOf"):
        if choice in value:
            return " or ".join(_kind(item) for item in value[choice] if item.get("type") != "null")
    if "prefixItems" in value:
        return "pair of " + _kind(value["prefixItems"][0]) + "s"
    if value["type"] == "array":
        return "list of " + _kind(value["items"])
    if value.get("format") == "date":
        return "date"
    if "clock" in value.get("description", "") and value["type"] == "string":
        return "clock time"
    return str(value["type"]) + "".join(_limits(value))


def _limits(value: dict[str, Any]) -> Iterator[str]:
    signs = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤"}
    for limit, sign in signs.items():
        if limit in value:
            yield f" {sign} {value[limit]:g}"


def pages() -> dict[Path, str]:
    """Every page as it should be."""
    blocks = {"rules": rules, "day": day, "events": events}
    return {
        page: BLOCK.sub(
            lambda found: f"{found[1]}{found[2]}\n{blocks[found[1]]()}\n\n", page.read_text("utf-8")
        )
        for page in sorted(DOCS.glob("*.md"))
    }


def main() -> int:
    """Write the pages that are not current, or only name them."""
    stale = [page for page, text in pages().items() if page.read_text("utf-8") != text]
    if "--check" in sys.argv[1:]:
        for page in stale:
            print(f"{page.name} is not current: run python docs/build.py", file=sys.stderr)
        return 1 if stale else 0
    for page, text in pages().items():
        if page in stale:
            page.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
