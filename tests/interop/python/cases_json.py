"""The JSON Schema cases."""

from cases import case, reference
from cases_avro import CLOUD_EVENT_VALUE

LATEST = "https://json-schema.org/draft/2020-12/schema"
SEVENTH = "http://json-schema.org/draft-07/schema#"
FOURTH = "http://json-schema.org/draft-04/schema#"


def document(title, draft=SEVENTH, **more):
    return {"$schema": draft, "title": title, **more}


def thing(title, properties, draft=SEVENTH, **more):
    return document(title, draft, type="object", properties=properties, **more)


def text(name, sentence, schema, value, **more):
    return case("JSON", name, sentence, schema, schema.get("title"), value, **more)


MONEY = thing("Money", {"units": {"type": "integer"}, "currency": {"type": "string"}}, required=["units", "currency"])
LINE = thing("Line", {"sku": {"type": "string"}, "price": {"$ref": "money.json"}}, required=["sku", "price"])
PLACED = thing(
    "OrderPlaced",
    {"kind": {"const": "placed"}, "order": {"type": "string"}, "total": {"type": "number"}},
    required=["kind", "order", "total"],
    additionalProperties=False,
)
SHIPPED = thing(
    "OrderShipped",
    {"kind": {"const": "shipped"}, "order": {"type": "string"}, "carrier": {"type": "string"}},
    required=["kind", "order", "carrier"],
    additionalProperties=False,
)
ORDER = {"kind": "shipped", "order": "17", "carrier": "post"}

CLOUD_EVENT = thing(
    "CloudEvent",
    {
        **{name: {"type": "string"} for name in CLOUD_EVENT_VALUE},
        "time": {"type": "string", "format": "date-time"},
        "time_epoch_micro_source": {"type": "integer"},
    },
    LATEST,
    required=["time_epoch_micro_source"],
    additionalProperties=False,
)

CASES = [
    text(
        "nested",
        "objects in objects, arrays of objects",
        thing(
            "Customer",
            {
                "name": {"type": "string"},
                "home": {"type": "object", "properties": {"city": {"type": "string"}}},
                "orders": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}},
            },
            LATEST,
        ),
        {"name": "Ada", "home": {"city": "York"}, "orders": [{"n": 1}, {"n": -2}, {}]},
        header=True,
    ),
    text(
        "one-of",
        "several event types under one schema, told apart by oneOf",
        document("OrderEvent", LATEST, oneOf=[{**PLACED, "$schema": LATEST}, {**SHIPPED, "$schema": LATEST}]),
        ORDER,
    ),
    text(
        "one-of-references",
        "several event types, each of a subject of its own",
        document("OrderEvents", oneOf=[{"$ref": "placed.json"}, {"$ref": "shipped.json"}]),
        ORDER,
        references=[reference("placed.json", PLACED), reference("shipped.json", SHIPPED)],
        header=True,
    ),
    text(
        "reference-of-reference",
        "a reference with a reference",
        thing("Order", {"lines": {"type": "array", "items": {"$ref": "line.json"}}, "total": {"$ref": "money.json"}}),
        {"lines": [{"sku": "a", "price": {"units": 5, "currency": "EUR"}}], "total": {"units": 5, "currency": "EUR"}},
        references=[
            reference("line.json", LINE, references=[reference("money.json", MONEY)]),
            reference("money.json", MONEY),
        ],
    ),
    text(
        "reference-by-url",
        "a reference whose name is a URL, and one by a relative path to it",
        {
            **thing("Basket", {"a": {"$ref": "https://example.com/schemas/money.json"}, "b": {"$ref": "money.json"}}),
            "$id": "https://example.com/schemas/basket.json",
        },
        {"a": {"units": 1, "currency": "EUR"}, "b": {"units": 2, "currency": "USD"}},
        references=[reference("https://example.com/schemas/money.json", MONEY, subject="money")],
    ),
    text(
        "definitions",
        "a tree over $defs",
        {
            **document("Tree", LATEST),
            "$ref": "#/$defs/node",
            "$defs": {
                "node": {
                    "type": "object",
                    "properties": {"name": {"type": "string"}, "under": {"type": "array", "items": {"$ref": "#/$defs/node"}}},
                    "required": ["name"],
                }
            },
        },
        {"name": "a", "under": [{"name": "b", "under": []}, {"name": "c"}]},
    ),
    text(
        "draft-4",
        "draft 4, with its exclusiveMinimum and definitions",
        thing(
            "Weight",
            {"grams": {"type": "number", "minimum": 0, "exclusiveMinimum": True}, "of": {"$ref": "#/definitions/id"}},
            FOURTH,
            definitions={"id": {"type": "string", "pattern": "^[a-z]+$"}},
        ),
        {"grams": 0.5, "of": "salt"},
    ),
    text(
        "draft-7",
        "draft 7, with if and then",
        thing(
            "Payment",
            {"kind": {"enum": ["card", "cash"]}, "number": {"type": "string"}},
            **{"if": {"properties": {"kind": {"const": "card"}}}, "then": {"required": ["number"]}},
        ),
        {"kind": "card", "number": "4111"},
    ),
    text(
        "draft-2020-12",
        "draft 2020-12, with prefixItems and unevaluatedProperties",
        thing(
            "Point",
            {"at": {"type": "array", "prefixItems": [{"type": "number"}, {"type": "number"}], "items": False}},
            LATEST,
            unevaluatedProperties=False,
        ),
        {"at": [1.5, -2.5]},
    ),
    text(
        "no-draft",
        "a schema that names no draft",
        {"title": "Bare", "type": "object", "properties": {"x": {"type": "boolean"}}},
        {"x": True, "more": False},
    ),
    text(
        "unicode",
        "texts that are not ASCII, and escapes, in names too",
        thing("Texts", {"größe": {"type": "string"}}),
        {"größe": "Grüße 日本語 🛒", "quotes": "\"\\/\b\f\n\r\t", "control": "\u0000\u001f\u007f", "": "empty name"},
    ),
    text(
        "nulls",
        "null as a value, in a list, and where the type allows it",
        thing("Nulls", {"a": {"type": ["string", "null"]}, "b": {"type": "null"}, "c": {"type": "array"}}),
        {"a": None, "b": None, "c": [None, 1, None]},
    ),
    text(
        "numbers",
        "integers of 64 bits and beyond 53, floats at the extremes",
        thing("Numbers", {"n": {"type": "array", "items": {"type": "number"}}}),
        {"n": [0, -1, 9007199254740993, 2**63 - 1, -(2**63), 2**64 - 1, 0.1, -0.5, 1.7976931348623157e308, 5e-324, 1e21]},
    ),
    text(
        "numbers-beyond",
        "an integer of more than 64 bits, which becomes the nearest double",
        thing("Beyond", {"n": {"type": "integer"}}),
        {"n": 123456789012345678901234567890},
        read_as={"n": 1.2345678901234568e29},
    ),
    text("top-level-array", "an array without an object", document("List", type="array"), [1, "two", None, {}]),
    text("top-level-string", "a text without an object", document("Word", type="string"), "wörd"),
    text("cloud-event", "a CloudEvent key", CLOUD_EVENT, CLOUD_EVENT_VALUE, header=True, key=True),
    text(
        "cloud-event-least",
        "a CloudEvent key with the one property that must be there",
        CLOUD_EVENT,
        {"time_epoch_micro_source": 0},
        key=True,
    ),
]
