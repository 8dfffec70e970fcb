"""Plain JSON to what fastavro takes and back: unions plain, bytes as text of the characters U+0000 to U+00FF."""

import datetime
import decimal
import json
import math
import struct
import uuid

from fastavro.schema import parse_schema

EPOCH = datetime.datetime(1970, 1, 1)
NAMED = ("record", "enum", "fixed")
DURATION = struct.Struct("<III")


class AvroSchema:
    """A schema with those of other subjects that it names."""

    def __init__(self, text, references):
        self._named = {}
        self._add_references(references)
        self.schema = parse_schema(json.loads(text), named_schemas=self._named)

    def _add_references(self, references):
        for reference in references:
            self._add_references(reference.get("references", []))
            if reference["name"] not in self._named:
                parse_schema(json.loads(reference["schema"]), named_schemas=self._named)

    def to_avro(self, value):
        return self._to_avro(self.schema, value)

    def to_json(self, value):
        return self._to_json(self.schema, value)

    def _open(self, schema):
        """A schema as a dict or a list, and the name of its type with its logical type."""
        if isinstance(schema, str):
            schema = self._named.get(schema, {"type": schema})
        if isinstance(schema, list):
            return schema, "union", None
        if isinstance(schema["type"], (dict, list)):
            return self._open(schema["type"])
        return schema, schema["type"], schema.get("logicalType")

    def _to_avro(self, schema, value):
        schema, kind, logical = self._open(schema)
        if kind == "union":
            branch = next(branch for branch in schema if self._json_fits(branch, value))
            inner = self._to_avro(branch, value)
            opened, kind, logical = self._open(branch)
            named = kind in NAMED and logical is None
            return (opened["name"], inner) if named else inner
        if kind == "record":
            return {field["name"]: self._to_avro(field["type"], value[field["name"]]) for field in schema["fields"]}
        if kind == "array":
            return [self._to_avro(schema["items"], item) for item in value]
        if kind == "map":
            return {key: self._to_avro(schema["values"], item) for key, item in value.items()}
        if logical == "decimal":
            return decimal.Decimal(str(value)).quantize(
                decimal.Decimal(1).scaleb(-schema.get("scale", 0)), context=decimal.Context(prec=100)
            )
        if kind == "fixed" and logical == "duration":
            return DURATION.pack(value["months"], value["days"], value["millis"])
        if logical == "uuid":
            return uuid.UUID(value).bytes if kind == "fixed" else uuid.UUID(value)
        if kind in ("bytes", "fixed"):
            return value.encode("latin-1")
        if kind in ("float", "double"):
            return float(value)
        return value

    def _json_fits(self, schema, value):
        schema, kind, logical = self._open(schema)
        if logical == "decimal":
            return type(value) in (int, float)
        match kind:
            case "null":
                return value is None
            case "boolean":
                return isinstance(value, bool)
            case "int":
                return type(value) is int and -(2**31) <= value < 2**31
            case "long":
                return type(value) is int and -(2**63) <= value < 2**63
            case "float" | "double":
                return type(value) in (int, float)
            case "string" | "bytes":
                return isinstance(value, str)
            case "fixed":
                return isinstance(value, str) and len(value) == schema["size"]
            case "enum":
                return value in schema["symbols"]
            case "array":
                return isinstance(value, list)
            case "map":
                return isinstance(value, dict)
            case "record":
                return isinstance(value, dict) and set(value) == {field["name"] for field in schema["fields"]}

    def _to_json(self, schema, value):
        schema, kind, logical = self._open(schema)
        if kind == "union":
            return self._to_json(next(branch for branch in schema if self._avro_fits(branch, value)), value)
        if kind == "record":
            return {field["name"]: self._to_json(field["type"], value[field["name"]]) for field in schema["fields"]}
        if kind == "array":
            return [self._to_json(schema["items"], item) for item in value]
        if kind == "map":
            return {key: self._to_json(schema["values"], item) for key, item in value.items()}
        if isinstance(value, decimal.Decimal):
            return decimal_json(value)
        if isinstance(value, (datetime.date, datetime.time)):
            return _moment_json(value, logical)
        if isinstance(value, uuid.UUID):
            return str(value)
        if kind == "fixed" and logical == "uuid":
            return str(uuid.UUID(bytes=value))
        if kind == "fixed" and logical == "duration":
            return dict(zip(("months", "days", "millis"), DURATION.unpack(value)))
        if kind in ("bytes", "fixed"):
            return value.decode("latin-1")
        if kind in ("float", "double"):
            return float_json(value)
        return value

    def _avro_fits(self, schema, value):
        schema, kind, logical = self._open(schema)
        if isinstance(value, decimal.Decimal):
            return logical == "decimal"
        if isinstance(value, uuid.UUID):
            return logical == "uuid"
        if isinstance(value, (datetime.date, datetime.time)):
            return logical is not None and kind in ("int", "long")
        if isinstance(value, bytes):
            return kind == "bytes" or kind == "fixed" and len(value) == schema["size"]
        return kind not in ("bytes", "fixed") and self._json_fits(schema, value)


def float_json(value):
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return float(value)


def decimal_json(value):
    """A number where a JSON number is exact, else a text."""
    text = format(value, "f")
    if "." not in text:
        whole = int(text)
        return whole if -(2**63) <= whole < 2**63 else text
    near = float(text)
    return near if decimal.Decimal(repr(near)) == value else text


def _moment_json(value, logical):
    if isinstance(value, datetime.time):
        micros = ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond
    elif isinstance(value, datetime.datetime):
        micros = (value.replace(tzinfo=None) - EPOCH) // datetime.timedelta(microseconds=1)
    else:
        return (value - EPOCH.date()).days
    return micros // 1000 if logical.endswith("millis") else micros
