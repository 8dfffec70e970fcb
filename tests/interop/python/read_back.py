"""Reads bytes back with confluent-kafka's deserializers.

A line in is what a case of the corpus has: {"case", "schema_type", "schema", "references", "record", "id", "guid"?,
"headers"?, "bytes", "registry"?}. A line out is {"case", "value"} with the value as plain JSON, or {"case", "error"}.
With "registry" the schemas are asked of the registry at that address, else of one in this process that holds them.
"""

import json
import sys

from confluent_kafka.schema_registry import dual_schema_id_deserializer, topic_record_subject_name_strategy
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.schema_registry.common.protobuf import _create_index_array
from confluent_kafka.schema_registry.json_schema import JSONDeserializer
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

from avro_json import AvroSchema
from protos import ProtoFile, to_json
from registry import Registry
from serialized import SerializedSchemaRegistryClient

TOPIC = "orders"
own_registry = Registry()


def hold(case):
    """Puts a case's schemas into the registry of this process, under the ids that the bytes name."""
    own_registry.clear()
    file = None
    if case["schema_type"] == "PROTOBUF":
        file = ProtoFile.compiled(case["schema"], case.get("references", []))
    hold_references(case, file)
    # Last, because a reference may have got the same id; theirs are never asked for.
    own_registry.plan("main", case["id"], case.get("guid"))
    body = {"schema": case["schema"], "schemaType": case["schema_type"], "references": bare_references(case)}
    own_registry.add("main", body, file and file.serialized())


def hold_references(of, file):
    for reference in of.get("references", []):
        hold_references(reference, file)
        body = {"schema": reference["schema"], "references": bare_references(reference)}
        own_registry.add(reference["subject"], body, file and file.serialized(reference["name"]))


def bare_references(of):
    return [{name: reference[name] for name in ("name", "subject", "version")} for reference in of.get("references", [])]


def read(case):
    if "registry" not in case:
        hold(case)
    client = SerializedSchemaRegistryClient({"url": case.get("registry", own_registry.url)})
    headers = [(name, bytes.fromhex(value)) for name, value in (case.get("headers") or {}).items()]
    field = MessageField.KEY if "__key_schema_id" in dict(headers) else MessageField.VALUE
    context = SerializationContext(TOPIC, field, headers)
    data = bytes.fromhex(case["bytes"])
    settings = {"subject.name.strategy": topic_record_subject_name_strategy}
    references = case.get("references", [])
    match case["schema_type"]:
        case "AVRO":
            value = AvroDeserializer(client, conf=settings)(data, context)
            return AvroSchema(case["schema"], references).to_json(value)
        case "PROTOBUF":
            message_class = ProtoFile.compiled(case["schema"], references).message_class(case["record"])
            return to_json(read_protobuf(message_class, client, settings, data, context))
        case "JSON":
            return JSONDeserializer(None, schema_registry_client=client, conf=settings)(data, context)
    raise ValueError(f"no such schema type: {case['schema_type']}")


def read_protobuf(message_class, client, settings, data, context):
    """The deserializer decodes as the class that it is given, so that the bytes name that message is checked here."""
    named = []

    def take_schema_id(payload, ctx, schema_id):
        rest = dual_schema_id_deserializer(payload, ctx, schema_id)
        named.extend(schema_id.message_indexes)
        return rest

    settings = {**settings, "schema.id.deserializer": take_schema_id}
    message = ProtobufDeserializer(message_class, settings, client)(data, context)
    wanted = _create_index_array(message_class.DESCRIPTOR)
    if named != wanted:
        raise ValueError(f"the bytes name the message at {named}, not the one at {wanted}")
    return message


def main():
    for line in sys.stdin:
        case = json.loads(line)
        try:
            answer = {"value": read(case)}
        except Exception as error:  # whatever the client raises is the answer
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps({"case": case["case"], **answer}), flush=True)


if __name__ == "__main__":
    main()
