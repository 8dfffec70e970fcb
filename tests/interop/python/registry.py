"""A registry of a few schemas in this process, for the real client to talk to over HTTP.

It answers what confluent-kafka's client asks of a registry when it writes and reads, the GUIDs of the header form too,
and gives the ids and GUIDs that it is told, so that the corpus is the same each time.
"""

import json
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit


class Registry:
    """Serves on a free port of 127.0.0.1 until the process ends."""

    def __init__(self):
        registry = self
        self.calls = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                registry._answer(self, None)

            def do_POST(self):
                length = int(self.headers.get("Content-Length", 0))
                registry._answer(self, json.loads(self.rfile.read(length)))

            def log_message(self, *_):
                pass

        self.clear()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def clear(self):
        self._subjects = {}
        self._by_id = {}
        self._by_guid = {}
        self._planned = {}

    def plan(self, subject, schema_id, guid):
        """The next schema of `subject` gets this id and this GUID."""
        self._planned[subject] = (schema_id, guid)

    def add(self, subject, body, serialized=None):
        """Registers a schema; `serialized` is what `format=serialized` answers in place of its text."""
        versions = self._subjects.setdefault(subject, [])
        for known in versions:
            if all(known[field] == body.get(field, known[field]) for field in ("schema", "references")):
                return known
        number, guid = self._planned.get(subject) or (len(self._by_id) + 1, None)
        guid = guid or str(uuid.uuid5(uuid.NAMESPACE_URL, subject))
        entry = {
            "subject": subject,
            "version": len(versions) + 1,
            "id": number,
            "guid": guid,
            "schemaType": body.get("schemaType", "AVRO"),
            "references": body.get("references") or [],
            "schema": body["schema"],
            "serialized": serialized,
        }
        versions.append(entry)
        self._by_id[number] = self._by_guid[guid] = entry
        return entry

    def _answer(self, handler, body):
        path, query = urlsplit(handler.path)[2:4]
        self.calls.append((handler.command, handler.path, body))
        found = self._find(handler.command, [unquote(part) for part in path.strip("/").split("/")], body)
        if isinstance(found, dict):
            found = dict(found)
            serialized = found.pop("serialized")
            if "serialized" in parse_qs(query).get("format", []) and serialized:
                found["schema"] = serialized
        status = 404 if found is None else 200
        payload = json.dumps({"error_code": 40403, "message": "not found"} if found is None else found).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/vnd.schemaregistry.v1+json")
        handler.send_header("Content-Length", str(len(payload)))
        handler.end_headers()
        handler.wfile.write(payload)

    def _find(self, method, path, body):
        match (method, *path):
            case ("POST", "subjects", subject, "versions"):
                return self.add(subject, body)
            case ("POST", "subjects", subject):
                versions = self._subjects.get(subject, [])
                return next((known for known in versions if known["schema"] == body["schema"]), None)
            case ("GET", "schemas", "ids", number):
                return self._by_id.get(int(number))
            case ("GET", "schemas", "guids", guid):
                return self._by_guid.get(guid)
            case ("GET", "subjects", subject, "versions", version):
                versions = self._subjects.get(subject, [])
                return next((known for known in versions if version in ("latest", str(known["version"]))), None)
        return None
