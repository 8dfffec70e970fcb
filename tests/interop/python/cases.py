"""What a case is: one value, given to each client that is to write it."""

import hashlib
import json
import uuid


def case(schema_type, name, sentence, schema, record, value, **more):
    """A case. `more` may say `references`, `by` (the clients of the prefix form), `header` (the header form as well),
    `key` (the header is the key's), `blocks` (how Java writes Avro's arrays), `read_as`."""
    return {
        "schema_type": schema_type,
        "name": name,
        "case": sentence,
        "schema": text_of(schema),
        "references": more.pop("references", []),
        "record": record,
        "value": value,
        # Ids of all four bytes, always the same.
        "id": int.from_bytes(hashlib.sha256(f"{schema_type}/{name}".encode()).digest()[:4], "big") & 0x7FFFFFFF,
        "guid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{schema_type}/{name}")),
        "by": more.pop("by", ("python", "java") if schema_type != "JSON" else ("python",)),
        "header": more.pop("header", False),
        "key": more.pop("key", False),
        "options": more,
    }


def reference(name, schema, references=(), subject=None):
    return {
        "name": name,
        "subject": subject or name,
        "version": 1,
        "schema": text_of(schema),
        "references": list(references),
    }


def text_of(schema):
    """A `.proto` text is one already; Avro and JSON Schema are given as the JSON that they are."""
    is_text = isinstance(schema, str) and "\n" in schema
    return schema if is_text else json.dumps(schema, ensure_ascii=False)
