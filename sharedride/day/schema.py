"""The JSON Schema of ``day.json``."""

from typing import Any

from sharedride.day.model import DAY_SCHEMA, Day


def day_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a day; titles and descriptions are those of the model.

    It says what each object may hold. What must hold between objects, such as ids that exist, only
    :func:`sharedride.day.parse_day` checks.
    """
    schema = Day.model_json_schema(by_alias=True, mode="validation")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": DAY_SCHEMA}
    return schema | head
