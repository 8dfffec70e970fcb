"""The Protobuf cases, over the files of `../protos`."""

import base64
import pathlib

from cases import case, reference
from cases_avro import CLOUD_EVENT_VALUE

PROTOS = pathlib.Path(__file__).parent.parent / "protos"


def text_of(file):
    return (PROTOS / f"{file}.proto").read_text()


def proto(name, sentence, file, record, value, **more):
    package = next((line[8:-1] + "." for line in text_of(file).splitlines() if line.startswith("package ")), "")
    return case("PROTOBUF", name, sentence, text_of(file), package + record, value, **more)


def raw(data):
    return base64.b64encode(data).decode()


CURRENCY = reference("common/currency.proto", text_of("currency"))
MONEY = reference("common/money.proto", text_of("money"), references=[CURRENCY])

SCALARS_HIGHEST = {
    "a_double": 1.7976931348623157e308,
    "a_float": 3.4028234663852886e38,
    "an_int32": 2**31 - 1,
    "an_int64": 2**63 - 1,
    "a_uint32": 2**32 - 1,
    "a_uint64": 2**64 - 1,
    "a_sint32": 2**31 - 1,
    "a_sint64": 2**63 - 1,
    "a_fixed32": 2**32 - 1,
    "a_fixed64": 2**64 - 1,
    "an_sfixed32": 2**31 - 1,
    "an_sfixed64": 2**63 - 1,
    "a_bool": True,
    "a_string": "\U0010ffff Grüße",
    "some_bytes": raw(bytes(range(256))),
    "a_colour": "GREEN",
    "far_away": 1,
}
SCALARS_LOWEST = {
    "a_double": -1.7976931348623157e308,
    "a_float": -3.4028234663852886e38,
    "an_int32": -(2**31),
    "an_int64": -(2**63),
    "a_sint32": -(2**31),
    "a_sint64": -(2**63),
    "an_sfixed32": -(2**31),
    "an_sfixed64": -(2**63),
    "a_string": "a\u0000b",
    "a_colour": "BACKWARDS",
    "far_away": -1,
}

CASES = [
    proto(
        "first-message",
        "the first message of a file: one byte of indexes",
        "orders",
        "OrderPlaced",
        {"order": "17", "lines": [{"sku": "a", "count": 2}, {"sku": "b"}]},
        header=True,
    ),
    proto("second-message", "the second message", "orders", "OrderCancelled", {"order": "17", "reason": "late"}, header=True),
    proto("nested-in-first", "a message at [0, 0]", "orders", "OrderPlaced.Line", {"sku": "a", "count": -1}),
    proto("nested-second", "a message at [2, 1]", "orders", "OrderShipped.Parcel", {"weight": 1.5, "label": {"text": "up"}}, header=True),
    proto("nested-deep", "a message at [2, 1, 0]", "orders", "OrderShipped.Parcel.Label", {"text": "this side up"}),
    proto(
        "messages-nested",
        "messages in messages",
        "orders",
        "OrderShipped",
        {"order": "17", "to": {"city": "York"}, "parcels": [{"weight": 0.5}, {"weight": 2.5, "label": {}}]},
    ),
    proto("scalars-highest", "every scalar at its highest", "scalars", "Scalars", SCALARS_HIGHEST),
    proto("scalars-lowest", "every scalar at its lowest: negative varints have ten bytes", "scalars", "Scalars", SCALARS_LOWEST),
    proto("scalars-zero", "nothing set: no bytes at all", "scalars", "Scalars", {}),
    proto(
        "floats-special",
        "NaN, an infinity and a float that no short decimal equals",
        "scalars",
        "Scalars",
        {"a_double": "NaN", "a_float": 0.10000000149011612},
    ),
    proto("floats-infinite", "infinities", "scalars", "Scalars", {"a_double": "-Infinity", "a_float": "Infinity"}),
    proto(
        "lists",
        "repeated fields, packed and not",
        "shapes",
        "Lists",
        {
            "packed": [0, 1, -1, 150, 2**31 - 1],
            "unpacked": [0, 1, -1, 150, -(2**31)],
            "zig_zag": [0, -1, 1, -(2**63), 2**63 - 1],
            "doubles": [0.5, -0.5],
            "bools": [True, False, True],
            "texts": ["", "Grüße", "🛒"],
            "raws": [raw(b""), raw(b"\x00\xff")],
            "colours": ["RED", "GREEN", "COLOUR_UNSPECIFIED", "BACKWARDS"],
            "colours_unpacked": ["GREEN", "RED"],
            "inners": [{"n": 5}, {}, {"n": -5}],
        },
    ),
    proto("lists-empty", "repeated fields without an element", "shapes", "Lists", {}),
    proto(
        "maps",
        "maps with keys of every sort",
        "shapes",
        "Maps",
        {
            "by_text": {"": 0, "zwölf": -12},
            "by_number": {"-1": "minus", "0": ""},
            "by_flag": {"true": raw(b"\xff"), "false": raw(b"")},
            "messages": {"18446744073709551615": {"n": 1}, "0": {}},
            "colours": {"red": "RED", "none": "COLOUR_UNSPECIFIED"},
        },
    ),
    proto("oneof-text", "a oneof, its text", "shapes", "Choice", {"text": "chosen", "after": "x"}),
    proto("oneof-zero", "a oneof whose number is zero, which is written all the same", "shapes", "Choice", {"number": 0}),
    proto("oneof-message", "a oneof, its message", "shapes", "Choice", {"inner": {"n": 9}}),
    proto("oneof-none", "a oneof of which nothing is set", "shapes", "Choice", {"after": "x"}),
    proto(
        "presence-zero",
        "optional fields set to their default, which is written all the same",
        "shapes",
        "Presence",
        {"optional_number": 0, "optional_text": "", "inner": {}, "optional_colour": "COLOUR_UNSPECIFIED"},
    ),
    proto("presence-absent", "optional fields that are not set", "shapes", "Presence", {"plain_number": 3}),
    proto("enum-unknown", "an enum's number that the file does not name", "scalars", "Scalars", {"a_colour": 77}),
    proto(
        "recursive",
        "a message that holds itself",
        "shapes",
        "Tree",
        {"name": "a", "under": [{"name": "b", "under": [{"name": "c"}]}, {}], "only": {"only": {"name": "d"}}},
    ),
    proto(
        "names",
        "field names of every spelling, and one with a JSON name of its own",
        "shapes",
        "Names",
        {"snake_case": "1", "camelCase": "2", "with_json_name": "3", "UPPER": "4"},
    ),
    proto("empty", "a message without fields", "shapes", "Empty", {}),
    proto(
        "moments",
        "Timestamp and Duration",
        "well_known",
        "Moments",
        {
            "at": "2025-03-09T12:34:56.789012345Z",
            "before": "0001-01-01T00:00:00Z",
            "took": "3.500s",
            "back": "-0.000000001s",
            "all": ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59.999Z"],
            "by_name": {"zero": "0s", "long": "315576000000s", "micro": "1.000001s"},
        },
    ),
    proto(
        "wrappers",
        "the wrappers, one left out",
        "well_known",
        "Wrapped",
        {
            "a_double": 0.0,
            "a_float": -1.5,
            "an_int64": -(2**63),
            "a_uint64": 2**64 - 1,
            "an_int32": 0,
            "a_uint32": 2**32 - 1,
            "a_bool": False,
            "a_string": "",
            "some_bytes": raw(b"\x00"),
        },
    ),
    proto(
        "free",
        "Struct, Value, ListValue and Empty",
        "well_known",
        "Free",
        {
            "any_object": {"text": "t", "number": 1.5, "none": None, "flag": True, "list": [1.25, "x", []], "object": {"a": {}}},
            "any_value": [None, {"deep": -0.5}],
            "any_list": [False, "two", None],
            "nothing": {},
        },
    ),
    proto(
        "import",
        "messages and enums of other files, one of them imported twice",
        "invoice",
        "Invoice",
        {
            "number": "2025-1",
            "total": {"units": 2**53 + 1, "currency": "USD"},
            "lines": [{"units": 1}, {"units": -1, "currency": "USD"}],
            "currency": "USD",
            "due": "2025-03-09T00:00:00Z",
        },
        references=[CURRENCY, MONEY],
        header=True,
    ),
    proto("no-package", "a file without a package", "no_package", "Plain", {"text": "plain"}),
    proto(
        "old",
        "proto2, everything set",
        "old",
        "Old",
        {
            "id": "x",
            "count": 0,
            "name": "",
            "unpacked": [1, -1],
            "packed": [2, -2],
            "level": "LOW",
            "part": {"raw": raw(b"\xff"), "flag": False},
        },
    ),
    proto("old-least", "proto2, only what is required", "old", "Old", {"id": "", "part": {}}),
    proto(
        "large",
        "ten kilobytes",
        "orders",
        "OrderPlaced",
        {"order": "large", "lines": [{"sku": f"article {n} " + "x" * 90, "count": n} for n in range(100)]},
        by=("python",),
    ),
    proto("cloud-event", "a CloudEvent key", "cloud_event", "CloudEvent", CLOUD_EVENT_VALUE, header=True, key=True),
    proto(
        "cloud-event-empty",
        "a CloudEvent key that leaves out what it may",
        "cloud_event",
        "CloudEvent",
        {"id": "1", "type": "OrderEvent", "correlationid": "c"},
        key=True,
    ),
]
