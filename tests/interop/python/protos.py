"""`.proto` texts compiled at run time, and messages shown as JSON."""

import base64
import functools
import json
import math
import pathlib
import struct
import tempfile

import grpc_tools
from google.protobuf import descriptor_pb2, descriptor_pool, json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message_factory import GetMessageClass
from grpc_tools import protoc

from avro_json import float_json

KNOWN = pathlib.Path(grpc_tools.__file__).parent / "_proto"
MAIN = "interop_main.proto"
WRAPPERS = ("Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes")


class ProtoFile:
    """A `.proto` text with those that it imports, in a pool of their own."""

    def __init__(self, text, references):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / MAIN).write_text(text)
            _write_references(folder, references)
            out = folder / "set.bin"
            status = protoc.main(
                ["protoc", f"-I{folder}", f"-I{KNOWN}", "--include_imports", f"--descriptor_set_out={out}", MAIN]
            )
            if status != 0:
                raise ValueError("protoc refused the text; standard error says why")
            self._files = descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes()).file
        self._pool = descriptor_pool.DescriptorPool()
        for file in self._files:
            self._pool.Add(file)

    @staticmethod
    @functools.cache
    def _compiled(text, references):
        return ProtoFile(text, json.loads(references))

    @classmethod
    def compiled(cls, text, references):
        return cls._compiled(text, json.dumps(references))

    def message_class(self, full_name):
        return GetMessageClass(self._pool.FindMessageTypeByName(full_name))

    def serialized(self, name=MAIN):
        """A file's descriptor in base64, as a registry answers it for `format=serialized`."""
        file = next(file for file in self._files if file.name == name)
        return base64.b64encode(file.SerializeToString()).decode()


def _write_references(folder, references):
    for reference in references:
        file = folder / reference["name"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(reference["schema"])
        _write_references(folder, reference.get("references", []))


def to_message(message_class, value):
    return json_format.ParseDict(value, message_class())


def to_json(message):
    """protobuf's own JSON, with every 64-bit integer as a number and every float as the double that it is; the keys of
    maps sorted, because they come in another order in each process."""
    shown = json_format.MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    return _adjusted(message.DESCRIPTOR, shown)


def _adjusted(descriptor, shown):
    if descriptor.file.package == "google.protobuf":
        if descriptor.name.removesuffix("Value") in WRAPPERS:
            return _adjusted_scalar(descriptor.fields_by_name["value"], shown)
        return _adjusted_doubles(shown)
    adjusted = {}
    for field in descriptor.fields:
        if field.name not in shown:
            continue
        value = shown[field.name]
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            value_field = field.message_type.fields_by_name["value"]
            value = {key: _adjusted_one(value_field, value[key]) for key in sorted(value)}
        elif field.is_repeated:
            value = [_adjusted_one(field, item) for item in value]
        else:
            value = _adjusted_one(field, value)
        adjusted[field.name] = value
    return adjusted


def _adjusted_one(field, value):
    return _adjusted_scalar(field, value) if field.message_type is None else _adjusted(field.message_type, value)


def _adjusted_scalar(field, value):
    if field.cpp_type in (FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT64):
        return int(value)
    if field.cpp_type == FieldDescriptor.CPPTYPE_DOUBLE:
        return float_json(float(value))
    if field.cpp_type == FieldDescriptor.CPPTYPE_FLOAT:
        value = float(value)
        return float_json(value if not math.isfinite(value) else struct.unpack("f", struct.pack("f", value))[0])
    return value


def _adjusted_doubles(shown):
    """Every number inside a Struct is a double."""
    if isinstance(shown, dict):
        return {key: _adjusted_doubles(shown[key]) for key in sorted(shown)}
    if isinstance(shown, list):
        return [_adjusted_doubles(value) for value in shown]
    return float(shown) if type(shown) is int else shown
