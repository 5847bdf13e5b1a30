"""Whether an answer's bytes have the shape that botocore's parsers read: no more, no less, of the right types."""
import json
import re
import xml.etree.ElementTree as xml

INTEGER = re.compile(r"-?\d+")
ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def differences(protocol, body, operation):
    """Lines such as `Vpcs[].Tags[].Key: expected text`; an empty answer has none."""
    shape = operation.output_shape
    found = Found()
    if shape is None:
        return found
    if protocol in ("json", "rest-json"):
        read_json(shape, json.loads(body or b"{}"), "", found)
    else:
        root = xml.fromstring(body)
        if protocol == "query":
            results = [child for child in root if local(child) == f"{operation.name}Result"]
            root = results[0] if results else xml.Element("empty")
        read_xml(shape, root, "", found, ignored={"requestId", "ResponseMetadata"})
    return found


class Found(list):
    """Differences, and how many members were seen."""

    def __init__(self):
        super().__init__()
        self.members = set()


def read_json(shape, value, path, found):
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            return found.append(f"{path}: expected an object")
        names = {member.serialization.get("name", key): (key, member) for key, member in shape.members.items()}
        for name, inner in value.items():
            if name not in names:
                found.append(f"{path}.{name}: not in the model")
            elif inner is not None:
                found.members.add(f"{path}.{name}")
                read_json(names[name][1], inner, f"{path}.{name}", found)
        missing(shape, {names[name][0] for name in value if name in names}, path, found)
    elif kind == "list":
        if not isinstance(value, list):
            return found.append(f"{path}: expected a list")
        for inner in value:
            read_json(shape.member, inner, f"{path}[]", found)
    elif kind == "map":
        for inner in value.values():
            read_json(shape.value, inner, f"{path}{{}}", found)
    elif kind == "boolean":
        expect(isinstance(value, bool), path, "true or false", found)
    elif kind in ("integer", "long"):
        expect(isinstance(value, int) and not isinstance(value, bool), path, "an integer", found)
    elif kind == "timestamp":
        expect(isinstance(value, (int, float)), path, "seconds since 1970", found)
    elif kind == "string":
        text(shape, value, path, found)


def read_xml(shape, element, path, found, ignored=frozenset()):
    kind = shape.type_name
    if kind == "structure":
        names = {}
        for key, member in shape.members.items():
            if member.serialization.get("location") in ("header", "headers", "statusCode"):
                continue
            names[element_name(key, member)] = (key, member)
        seen = set()
        for child in element:
            name = local(child)
            if name in ignored:
                continue
            if name not in names:
                found.append(f"{path}.{name}: not in the model")
                continue
            key, member = names[name]
            seen.add(key)
            found.members.add(f"{path}.{name}")
            flattened = member.type_name in ("list", "map") and member.serialization.get("flattened")
            if flattened and member.type_name == "list":
                read_xml(member.member, child, f"{path}.{name}[]", found)
            else:
                read_xml(member, child, f"{path}.{name}", found)
        missing(shape, seen, path, found)
    elif kind == "list":
        wanted = shape.member.serialization.get("name", "member")
        for child in element:
            expect(local(child) == wanted, path, f"elements named {wanted}", found)
            read_xml(shape.member, child, f"{path}[]", found)
    elif kind == "boolean":
        expect(element.text in ("true", "false"), path, "true or false", found)
    elif kind in ("integer", "long"):
        expect(bool(INTEGER.fullmatch(element.text or "")), path, "an integer", found)
    elif kind == "timestamp":
        expect(bool(ISO_TIME.fullmatch(element.text or "")), path, "an ISO 8601 time", found)
    elif kind == "string":
        expect(len(element) == 0, path, "text", found)
        text(shape, element.text or "", path, found)


def element_name(key, member):
    if member.type_name == "list" and member.serialization.get("flattened"):
        return member.member.serialization.get("name", member.serialization.get("name", key))
    return member.serialization.get("name", key)


def local(element):
    return element.tag.split("}")[-1]


def text(shape, value, path, found):
    if not isinstance(value, str):
        return found.append(f"{path}: expected text")
    allowed = getattr(shape, "enum", None)
    if allowed and value not in allowed:
        found.append(f"{path}: {value!r} is not in the enumeration")


def missing(shape, seen, path, found):
    for name in shape.required_members:
        in_header = shape.members[name].serialization.get("location") == "header"
        if name not in seen and not in_header:
            found.append(f"{path}.{name}: required and not there")


def expect(holds, path, what, found):
    if not holds:
        found.append(f"{path}: expected {what}")
