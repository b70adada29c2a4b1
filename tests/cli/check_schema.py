"""check_schema.py SCHEMA < OBJECT: fails unless the object is as the schema says and has no field that it does not name."""
import json
import sys

import jsonschema


def forbid_unnamed_fields(schema):
    if isinstance(schema, dict):
        if "properties" in schema:
            schema["additionalProperties"] = False
        for part in schema.values():
            forbid_unnamed_fields(part)
    elif isinstance(schema, list):
        for part in schema:
            forbid_unnamed_fields(part)


with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
forbid_unnamed_fields(schema)
jsonschema.Draft202012Validator(schema).validate(json.load(sys.stdin))
