"""A client for registries that do not answer `format=serialized` in base64.

confluent-kafka asks for Protobuf schemas in that form alone. Apicurio answers a `.proto` text with the descriptor's bytes
taken for UTF-8, which cannot be turned back. Then the text is asked for, and compiled here.
"""

import base64

import attrs
from confluent_kafka.schema_registry import SchemaRegistryClient, SchemaRegistryError
from google.protobuf import descriptor_pb2

from protos import ProtoFile


class SerializedSchemaRegistryClient(SchemaRegistryClient):
    def __init__(self, conf):
        super().__init__(conf)
        # Of its own, because a client's cache does not tell the forms apart.
        self._texts = SchemaRegistryClient(conf)

    def get_schema(self, schema_id, subject_name=None, fmt=None, reference_format=None):
        asked = super().get_schema
        if fmt != "serialized":
            return asked(schema_id, subject_name, fmt, reference_format)
        return self._serialized(
            lambda: asked(schema_id, subject_name, fmt, reference_format),
            lambda: self._texts.get_schema(schema_id, subject_name),
        )

    def get_schema_by_guid(self, guid, fmt=None):
        asked = super().get_schema_by_guid
        if fmt != "serialized":
            return asked(guid, fmt)
        return self._serialized(lambda: asked(guid, fmt), lambda: self._texts.get_schema_by_guid(guid))

    def get_version(self, subject_name, version="latest", deleted=False, fmt=None):
        asked = super().get_version
        if fmt != "serialized":
            return asked(subject_name, version, deleted, fmt)
        found = self._texts.get_version(subject_name, version, deleted)
        schema = self._serialized(lambda: asked(subject_name, version, deleted, fmt).schema, lambda: found.schema)
        return attrs.evolve(found, schema=schema)

    def _serialized(self, serialized, text):
        try:
            schema = serialized()
        except SchemaRegistryError as error:
            # So it answers for a file that defines no message.
            if error.http_status_code != 500:
                raise
        else:
            if is_serialized(schema.schema_str):
                return schema
        schema = text()
        if is_serialized(schema.schema_str):
            return schema
        compiled = ProtoFile.compiled(schema.schema_str, self._references(schema))
        return attrs.evolve(schema, schema_str=compiled.serialized())

    def _references(self, of):
        references = []
        for reference in of.references or []:
            schema = self._texts.get_version(reference.subject, reference.version, True).schema
            references.append(
                {"name": reference.name, "schema": schema.schema_str, "references": self._references(schema)}
            )
        return references


def is_serialized(text):
    try:
        return bool(descriptor_pb2.FileDescriptorProto.FromString(base64.b64decode(text, validate=True)).name)
    except Exception:  # no base64, or no descriptor in it
        return False
