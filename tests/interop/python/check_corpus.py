"""Reads the whole corpus with both clients and compares: check_corpus.py FOLDER JAVA-COMMAND..."""

import json
import pathlib
import subprocess
import sys
from collections import Counter


def main(folder, *java):
    folder = pathlib.Path(folder)
    cases = {str(path.relative_to(folder)): json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*/*.json"))}
    python = [sys.executable, str(pathlib.Path(__file__).parent / "read_back.py")]
    for_java = {name: case for name, case in cases.items() if case["schema_type"] != "JSON" and not is_raw(case)}
    wrong = check("Python", python, cases) + check("Java", java, for_java)
    sys.exit(1 if wrong else 0)


def is_raw(case):
    """Bytes by themselves have no length before them where Confluent's serializer wrote them; Apache Avro's has."""
    return case["schema_type"] == "AVRO" and json.loads(case["schema"]) == {"type": "bytes"}


def check(reader, command, cases):
    lines = "".join(json.dumps({**case, "case": name}) + "\n" for name, case in cases.items())
    done = subprocess.run(command, input=lines, capture_output=True, text=True, encoding="utf-8", check=True)
    answers = {answer["case"]: answer for answer in map(json.loads, lines_of(done.stdout))}
    equal, wrong = Counter(), 0
    for name, case in cases.items():
        answer = answers.get(name, {"error": "no answer"})
        wanted = case.get("read_as", case["value"])
        if "value" in answer and strict(answer["value"]) == strict(beyond_sixty_four_bits(case, wanted)):
            equal[case["schema_type"], case["made_by"], case["form"]] += 1
        else:
            wrong += 1
            print(f"{reader} reads {name} as {json.dumps(answer)[:400]}\n   wanted {json.dumps(wanted)[:400]}", file=sys.stderr)
    for (schema_type, made_by, form), count in sorted(equal.items()):
        print(f"{reader} reads {count:3} {schema_type} of {made_by}, {form} form")
    return wrong


def lines_of(text):
    """Not splitlines: a text inside may hold a character that it takes for the end of a line."""
    return text.removesuffix("\n").split("\n")


def beyond_sixty_four_bits(case, wanted):
    """Python's integers have no end, so its own client reads such a number as it was given."""
    return case["value"] if case["schema_type"] == "JSON" else wanted


def strict(value):
    """1 and 1.0 and True are equal in Python."""
    return json.dumps(value, sort_keys=True)


main(*sys.argv[1:])
