"""Writes the golden corpus: make_corpus.py FOLDER JAVA-COMMAND...

The Python client writes here, into a registry of this process; the Java command gets the same cases on its standard
input. What a value is read as, where that is another JSON than the value, is what protobuf's own JSON says.
"""

import functools
import json
import pathlib
import subprocess
import sys
from importlib.metadata import version

from confluent_kafka.schema_registry import (
    Schema,
    SchemaReference,
    SchemaRegistryClient,
    header_schema_id_serializer,
    prefix_schema_id_serializer,
)
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.schema_registry.json_schema import JSONSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

import cases_avro
import cases_json
import cases_protobuf
from avro_json import AvroSchema
from protos import ProtoFile, to_json, to_message
from registry import Registry

CASES = cases_avro.CASES + cases_protobuf.CASES + cases_json.CASES
TOPIC = "orders"
SUBJECT = "orders-value"
CONFLUENT = f"confluent-kafka {version('confluent-kafka')} (Python)"
registry = Registry()


def write_by_confluent(case, in_header):
    """The bytes and the headers that the real serializer makes of a case."""
    registry.clear()
    registry.plan(SUBJECT, case["id"], case["guid"])
    client = SchemaRegistryClient({"url": registry.url})
    settings = {
        "subject.name.strategy": lambda context, record: SUBJECT,
        "schema.id.serializer": header_schema_id_serializer if in_header else prefix_schema_id_serializer,
    }
    headers = []
    context = SerializationContext(TOPIC, MessageField.KEY if case["key"] else MessageField.VALUE, headers)
    if case["schema_type"] == "PROTOBUF":
        # This serializer registers the files that are imported itself.
        message_class = ProtoFile.compiled(case["schema"], case["references"]).message_class(case["record"])
        in_one_order(message_class)
        value = to_message(message_class, case["value"])
        return ProtobufSerializer(message_class, client, settings)(value, context), headers
    schema = Schema(case["schema"], case["schema_type"], register_references(client, case))
    if case["schema_type"] == "AVRO":
        value = AvroSchema(case["schema"], case["references"]).to_avro(case["value"])
        return AvroSerializer(client, schema, conf=settings)(value, context), headers
    return JSONSerializer(schema, client, conf=settings)(case["value"], context), headers


@functools.cache
def in_one_order(message_class):
    """protobuf writes a map's entries in another order in each process, unless it is asked not to."""
    serialize = message_class.SerializeToString
    message_class.SerializeToString = lambda message: serialize(message, deterministic=True)


def register_references(client, of):
    bare = []
    for reference in of["references"]:
        schema = Schema(reference["schema"], of["schema_type"], register_references(client, {**of, **reference}))
        client.register_schema(reference["subject"], schema)
        bare.append(SchemaReference(reference["name"], reference["subject"], reference["version"]))
    return bare


def write_by_java(cases, command):
    """The answers of the Java program, in the order of the cases."""
    lines = [
        json.dumps({**case["options"], **{name: case[name] for name in ASKED_OF_JAVA}}) + "\n" for case in cases
    ]
    done = subprocess.run(command, input="".join(lines), capture_output=True, text=True, encoding="utf-8", check=True)
    answers = [json.loads(line) for line in done.stdout.removesuffix("\n").split("\n")]
    wrong = [answer for answer in answers if "error" in answer]
    if wrong or len(answers) != len(cases):
        sys.exit(f"the Java program could not write all: {wrong or done.stderr}")
    return answers


ASKED_OF_JAVA = ("case", "schema_type", "schema", "references", "record", "id", "value")


def read_as(case):
    if "read_as" in case["options"]:
        return case["options"]["read_as"]
    if case["schema_type"] != "PROTOBUF":
        return case["value"]
    message_class = ProtoFile.compiled(case["schema"], case["references"]).message_class(case["record"])
    return to_json(to_message(message_class, case["value"]))


def entry(case, made_by, payload, headers=()):
    made = {"case": case["case"], "made_by": made_by, "form": "header" if headers else "prefix"}
    made |= {name: case[name] for name in ("schema_type", "schema", "references", "record", "id")}
    if headers:
        made["guid"] = case["guid"]
        made["headers"] = {name: value.hex() for name, value in headers}
    made["bytes"] = payload
    made["value"] = case["value"]
    shown = read_as(case)
    # As texts, because 1 equals 1.0 and True otherwise.
    if json.dumps(shown, sort_keys=True) != json.dumps(case["value"], sort_keys=True):
        made["read_as"] = shown
    return made


def entries(java):
    for case in CASES:
        if "python" in case["by"]:
            payload, _ = write_by_confluent(case, in_header=False)
            yield case, "python", entry(case, CONFLUENT, payload.hex())
        if case["header"]:
            payload, headers = write_by_confluent(case, in_header=True)
            yield case, "python-header", entry(case, CONFLUENT, payload.hex(), headers)
    by_java = [case for case in CASES if "java" in case["by"]]
    for case, answer in zip(by_java, write_by_java(by_java, java)):
        yield case, "java", entry(case, answer["made_by"], answer["bytes"])


def main(folder, *java):
    made = {
        f"{case['schema_type'].lower()}/{case['name']}.{client}.json": json.dumps(made, ensure_ascii=False, indent=1) + "\n"
        for case, client, made in entries(java)
    }
    # Nothing is touched before all is made.
    folder = pathlib.Path(folder)
    for old in folder.glob("*/*.json"):
        old.unlink()
    for name, text in made.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


if len({(case["schema_type"], case["name"]) for case in CASES}) != len(CASES):
    sys.exit("two cases of one format have the same name")
main(*sys.argv[1:])
