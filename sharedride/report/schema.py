"""The JSON Schema of ``plan.json``."""

from typing import Any

from sharedride.document import PLAN_SCHEMA, PlanDocument


def plan_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a plan.

    It says what each object holds. Whether the figures are right, only the checker tells.
    """
    schema = PlanDocument.model_json_schema(by_alias=True, mode="validation")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": PLAN_SCHEMA}
    return schema | head
