"""The Avro cases: what is given to both clients, as plain JSON."""

from cases import case, reference

NS = "com.example.shop"


def record(name, *fields, namespace=NS):
    return {
        "type": "record",
        "name": name,
        "namespace": namespace,
        "fields": [{"name": field, "type": kind} for field, kind in fields],
    }


def logical(kind, logical_name, /, **more):
    return {"type": kind, "logicalType": logical_name, **more}


def avro(name, sentence, schema, value, **more):
    full_name = f"{schema['namespace']}.{schema['name']}" if isinstance(schema, dict) and "name" in schema else None
    return case("AVRO", name, sentence, schema, more.pop("record", full_name), value, **more)


PRIMITIVES = record(
    "Primitives",
    ("nothing", "null"),
    ("flag", "boolean"),
    ("small", "int"),
    ("wide", "long"),
    ("single", "float"),
    ("twofold", "double"),
    ("raw", "bytes"),
    ("text", "string"),
)


def primitives(**fields):
    plain = {"nothing": None, "flag": False, "small": 0, "wide": 0, "single": 0.0, "twofold": 0.0, "raw": "", "text": ""}
    return {**plain, **fields}


ADDRESS = record("Address", ("street", "string"), ("city", "string"))
PERSON = record("Person", ("name", "string"), ("home", "Address"), ("work", ["null", "Address"]))
MONEY = record("Money", ("units", "long"), ("currency", "string"), namespace="com.example.common")
LINE = record("Line", ("sku", "string"), ("price", "com.example.common.Money"))

CLOUD_EVENT = record(
    "CloudEvent",
    *[(name, "string") for name in ("id", "source", "specversion", "type", "time", "subject")],
    *[(name, "string") for name in ("datacontenttype", "correlationid", "payloadversion")],
    ("time_epoch_micro_source", ["null", "long"]),
    namespace="io.distia.probe.core.pubsub.models",
)
CLOUD_EVENT["fields"][-1]["default"] = None
CLOUD_EVENT_VALUE = {
    "id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "source": "/orders",
    "specversion": "1.0",
    "type": "OrderEvent",
    "time": "2025-03-09T12:34:56.789Z",
    "subject": "order-17",
    "datacontenttype": "application/octet-stream",
    "correlationid": "9b2d7e0c-52f4-4a3b-8f0d-7a1c6b5e4d3f",
    "payloadversion": "v1",
    "time_epoch_micro_source": 1741523696789012,
}

SUITS = {"type": "enum", "name": "Suit", "namespace": NS, "symbols": ["SPADES", "HEARTS", "DIAMONDS", "CLUBS"]}
PLACED = record("Placed", ("order", "string"), ("total", "double"))
SHIPPED = record("Shipped", ("order", "string"), ("carrier", "string"))
NODE = record("Node", ("label", "string"), ("next", ["null", "Node"]), ("children", {"type": "array", "items": "Node"}))


def node(label, next_node=None, *children):
    return {"label": label, "next": next_node, "children": list(children)}


CASES = [
    avro(
        "primitives-highest",
        "every primitive at its highest",
        PRIMITIVES,
        primitives(
            flag=True,
            small=2**31 - 1,
            wide=2**63 - 1,
            single=3.4028234663852886e38,
            twofold=1.7976931348623157e308,
            raw="".join(map(chr, range(256))),
            text="\U0010ffff",
        ),
    ),
    avro(
        "primitives-lowest",
        "every primitive at its lowest",
        PRIMITIVES,
        primitives(small=-(2**31), wide=-(2**63), single=-3.4028234663852886e38, twofold=-1.7976931348623157e308),
    ),
    avro("primitives-zero", "every primitive empty or zero", PRIMITIVES, primitives()),
    avro(
        "zig-zag",
        "integers at the borders of a varint's bytes",
        {"type": "array", "items": "long"},
        [0, -1, 1, -64, 63, 64, -65, 8191, 8192, -8193, 2**31, -(2**31) - 1, 2**62, -(2**62)],
    ),
    avro(
        "floats-special",
        "NaN, infinities, the smallest and a float that no short decimal equals",
        record("Floats", ("singles", {"type": "array", "items": "float"}), ("doubles", {"type": "array", "items": "double"})),
        {
            "singles": ["NaN", "Infinity", "-Infinity", -0.0, 1.401298464324817e-45, 0.10000000149011612, 1.5],
            "doubles": ["NaN", "Infinity", "-Infinity", -0.0, 5e-324, 0.1, 1.5],
        },
    ),
    avro(
        "texts",
        "texts of one to four bytes a character, with a zero in one",
        {"type": "array", "items": "string"},
        ["", "plain", "Grüße", "日本語", "🛒🧾", "a\u0000b", "e\u0301", "\"\\\n", "x" * 200],
    ),
    avro("bytes-edges", "bytes with 0x00 and 0xff", record("Raw", ("raw", "bytes")), {"raw": "\u0000\u00ff\u0080\u007f\u0000"}),
    avro("top-level-string", "a text without a record", {"type": "string"}, "a text by itself"),
    avro("top-level-long", "a number without a record", {"type": "long"}, -9007199254740993),
    avro(
        "top-level-bytes",
        "bytes without a record, which confluent-kafka writes as they are, with no length before them",
        {"type": "bytes"},
        "\u0000\u00ffraw",
        by=("python",),
    ),
    avro("top-level-union", "a union of two records, the second one", [PLACED, SHIPPED], {"order": "17", "carrier": "post"}, record=f"{NS}.Shipped"),
    avro("top-level-union-null", "a union of null and a record", ["null", PLACED], {"order": "18", "total": 12.5}, record=f"{NS}.Placed"),
    avro(
        "records-nested",
        "a record in a record, a named type used again",
        record("Customer", ("name", "string"), ("home", ADDRESS), ("work", "Address")),
        {"name": "Ada", "home": {"street": "High St 1", "city": "York"}, "work": {"street": "", "city": "Köln"}},
    ),
    avro("record-empty-in-record", "a record without fields inside a record", record("Holder", ("empty", record("Empty")), ("after", "int")), {"empty": {}, "after": 7}),
    avro(
        "record-recursive",
        "a record that holds itself by a union and by an array",
        NODE,
        node("a", node("b", node("c")), node("d", None, node("e"), node("f"))),
    ),
    avro(
        "arrays",
        "arrays, empty ones, arrays in arrays",
        record(
            "Arrays",
            ("none", {"type": "array", "items": "string"}),
            ("numbers", {"type": "array", "items": "int"}),
            ("grid", {"type": "array", "items": {"type": "array", "items": "double"}}),
            ("records", {"type": "array", "items": ADDRESS}),
        ),
        {
            "none": [],
            "numbers": list(range(-3, 70)),
            "grid": [[], [1.0], [2.5, -2.5]],
            "records": [{"street": "a", "city": "b"}, {"street": "c", "city": "d"}],
        },
    ),
    avro(
        "maps",
        "maps, an empty one, one of records, one of nullables, with keys that are not ASCII",
        record(
            "Maps",
            ("none", {"type": "map", "values": "int"}),
            ("numbers", {"type": "map", "values": "long"}),
            ("records", {"type": "map", "values": ADDRESS}),
            ("maybe", {"type": "map", "values": ["null", "string"]}),
        ),
        {
            "none": {},
            "numbers": {"": 0, "zwölf": 12, "🗝": -1},
            "records": {"home": {"street": "s", "city": "c"}},
            "maybe": {"yes": "text", "no": None},
        },
    ),
    avro("enums", "enums, the first and the last symbol", record("Hand", ("first", SUITS), ("last", "Suit")), {"first": "SPADES", "last": "CLUBS"}),
    avro(
        "fixed",
        "fixed of one and of sixteen bytes, a name used again",
        record(
            "Hashes",
            ("one", {"type": "fixed", "name": "One", "size": 1}),
            ("md5", {"type": "fixed", "name": "Md5", "size": 16}),
            ("again", "One"),
        ),
        {"one": "\u00ff", "md5": "".join(map(chr, range(0, 256, 16))), "again": "\u0000"},
    ),
    avro(
        "unions-nullable",
        "nullable fields with null first and second, given and not",
        record("Nullable", ("a", ["null", "string"]), ("b", ["null", "string"]), ("c", ["long", "null"]), ("d", ["long", "null"])),
        {"a": None, "b": "given", "c": 5, "d": None},
    ),
    avro(
        "unions-wide",
        "a union of many kinds, each taken once",
        {"type": "array", "items": ["null", "boolean", "long", "double", "string", ADDRESS, {"type": "array", "items": "int"}]},
        [None, True, 2**40, 2.5, "plain", {"street": "s", "city": "c"}, [1, 2]],
    ),
    avro(
        "unions-of-records",
        "an array of a union of records",
        record("Events", ("events", {"type": "array", "items": [PLACED, SHIPPED, "null"]})),
        {"events": [{"order": "1", "carrier": "x"}, None, {"order": "2", "total": 0.25}]},
    ),
    avro(
        "unions-of-named",
        "unions whose branches are names defined before",
        record("Pair", ("first", PLACED), ("second", ["null", "Placed", SHIPPED]), ("third", ["Shipped", "Placed"])),
        {
            "first": {"order": "1", "total": 1.0},
            "second": {"order": "2", "total": 2.0},
            "third": {"order": "3", "total": 3.0},
        },
    ),
    avro(
        "namespaces",
        "names with a namespace of their own, inherited and written out",
        {
            "type": "record",
            "name": "com.example.a.Outer",
            "fields": [
                {"name": "inherits", "type": {"type": "record", "name": "Same", "fields": [{"name": "x", "type": "int"}]}},
                {
                    "name": "own",
                    "type": {
                        "type": "record",
                        "name": "Same",
                        "namespace": "com.example.b",
                        "fields": [{"name": "x", "type": "string"}, {"name": "up", "type": ["null", "com.example.a.Same"]}],
                    },
                },
                {"name": "short", "type": "Same"},
                {"name": "long", "type": "com.example.b.Same"},
            ],
            "namespace": "ignored.because.the.name.has.one",
        },
        {"inherits": {"x": 1}, "own": {"x": "b", "up": {"x": 2}}, "short": {"x": 3}, "long": {"x": "c", "up": None}},
        record="com.example.a.Outer",
    ),
    avro(
        "decimals-bytes",
        "decimals in bytes: positive, negative, zero, at the border of a byte, too long for a number",
        {"type": "array", "items": logical("bytes", "decimal", precision=30, scale=2)},
        [12.34, -12.34, 0.0, 1.27, 1.28, -1.28, -1.29, 0.01, -0.01, "1234567890123456789012345678.91", "-9999999999999999999999999999.99"],
    ),
    avro(
        "decimals-fixed",
        "decimals in fixed bytes, filled with their sign",
        record(
            "Amounts",
            ("wide", logical("fixed", "decimal", name="Wide", size=12, precision=20, scale=4)),
            ("minus", "Wide"),
            ("whole", logical("fixed", "decimal", name="Whole", size=4, precision=9)),
            ("lowest", "Whole"),
        ),
        {"wide": 123456.7891, "minus": -0.0001, "whole": 999999999, "lowest": -999999999},
    ),
    avro(
        "decimals-whole",
        "decimals without a scale, at the border of 64 bits",
        {"type": "array", "items": logical("bytes", "decimal", precision=20)},
        [0, -1, 2**63 - 1, -(2**63), str(2**63), "-" + str(2**63 + 1)],
    ),
    avro(
        "moments",
        "dates, times and timestamps, before 1970 too",
        record(
            "Moments",
            ("day", logical("int", "date")),
            ("before", logical("int", "date")),
            ("time_ms", logical("int", "time-millis")),
            ("time_us", logical("long", "time-micros")),
            ("at_ms", logical("long", "timestamp-millis")),
            ("at_us", logical("long", "timestamp-micros")),
            ("before_us", logical("long", "timestamp-micros")),
            ("local_ms", logical("long", "local-timestamp-millis")),
            ("local_us", logical("long", "local-timestamp-micros")),
        ),
        {
            "day": 20156,
            "before": -1,
            "time_ms": 86399999,
            "time_us": 86399999999,
            "at_ms": 1741523696789,
            "at_us": 1741523696789012,
            "before_us": -1,
            "local_ms": 1741523696789,
            "local_us": -1741523696789012,
        },
    ),
    avro(
        "moments-nanos",
        "timestamps in nanoseconds",
        record("Nanos", ("at", logical("long", "timestamp-nanos")), ("local", logical("long", "local-timestamp-nanos"))),
        {"at": 1741523696789012345, "local": -1},
    ),
    avro(
        "moments-nullable",
        "logical types in unions with null",
        record(
            "Maybe",
            ("at", ["null", logical("long", "timestamp-millis")]),
            ("day", [logical("int", "date"), "null"]),
            ("amount", ["null", logical("bytes", "decimal", precision=9, scale=3)]),
            ("none", ["null", logical("bytes", "decimal", precision=9, scale=3)]),
        ),
        {"at": 1741523696789, "day": 20156, "amount": -17.125, "none": None},
    ),
    avro(
        "uuids",
        "UUIDs as text and as sixteen bytes",
        record(
            "Ids",
            ("text", logical("string", "uuid")),
            ("raw", logical("fixed", "uuid", name="Uuid", size=16)),
        ),
        {"text": "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "raw": "00112233-4455-6677-8899-aabbccddeeff"},
    ),
    avro(
        "duration",
        "a duration: three unsigned numbers, lowest byte first",
        record("Lease", ("term", logical("fixed", "duration", name="Term", size=12))),
        {"term": {"months": 14, "days": 258, "millis": 2**32 - 1}},
    ),
    avro(
        "logical-unknown",
        "a logical type that nobody knows is its plain type",
        record("Odd", ("weight", logical("long", "weight-in-grams")), ("name", logical("string", "iso-country"))),
        {"weight": 12, "name": "NL"},
    ),
    avro(
        "blocks-with-sizes",
        "array and map blocks with a negative count and their size in bytes",
        record("Blocks", ("numbers", {"type": "array", "items": "long"}), ("map", {"type": "map", "values": "string"})),
        {"numbers": [1, -1, 2**40], "map": {"a": "x", "b": "y"}},
        by=("java",),
        blocks="with-sizes",
    ),
    avro(
        "blocks-several",
        "arrays that are written in several blocks, nested ones too",
        record(
            "ManyBlocks",
            ("numbers", {"type": "array", "items": "long"}),
            ("words", {"type": "array", "items": {"type": "array", "items": "string"}}),
            ("last", "int"),
        ),
        {"numbers": [n * n * n for n in range(120)], "words": [[f"word-{n}-{m}" for m in range(n)] for n in range(9)], "last": -7},
        by=("java",),
        blocks="several",
    ),
    avro(
        "reference",
        "a named type of another subject",
        PERSON,
        {"name": "Ada", "home": {"street": "s", "city": "c"}, "work": None},
        references=[reference(f"{NS}.Address", ADDRESS)],
        header=True,
    ),
    avro(
        "reference-of-reference",
        "a reference with a reference, and a second way to the same one",
        record("Order", ("lines", {"type": "array", "items": f"{NS}.Line"}), ("total", "com.example.common.Money")),
        {
            "lines": [{"sku": "a", "price": {"units": 5, "currency": "EUR"}}],
            "total": {"units": 5, "currency": "EUR"},
        },
        references=[
            reference(f"{NS}.Line", LINE, references=[reference("com.example.common.Money", MONEY)]),
            reference("com.example.common.Money", MONEY),
        ],
    ),
    avro(
        "reference-in-union",
        "a union of the types of two subjects: several event types in one topic",
        [f"{NS}.Placed", f"{NS}.Shipped"],
        {"order": "17", "carrier": "post"},
        record=f"{NS}.Shipped",
        references=[reference(f"{NS}.Placed", PLACED), reference(f"{NS}.Shipped", SHIPPED)],
    ),
    avro("record-in-header", "a record whose schema is named in a header", PLACED, {"order": "17", "total": 1.5}, by=(), header=True),
    avro("cloud-event", "a CloudEvent key", CLOUD_EVENT, CLOUD_EVENT_VALUE, header=True, key=True),
    avro(
        "cloud-event-without-time",
        "a CloudEvent key that leaves its time unset and has empty texts",
        CLOUD_EVENT,
        {**CLOUD_EVENT_VALUE, "subject": "", "payloadversion": "", "time_epoch_micro_source": None},
        key=True,
    ),
]
