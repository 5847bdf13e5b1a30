"""Values for the input shapes of botocore's models: one that fits, and some beyond each constraint."""
import re

FITTING = [
    "example", "us-east-1", "123456789012", "r-abcd", "ou-abcd-abcdefgh", "p-abcdefgh", "/",
    "arn:aws:iam::123456789012:role/example", "rp-0123456789abcdef", "2014-11-06",
]
UNFITTING = ["\u00a7!", "~ ~ ~", "!!", "   ", "\u00e9" * 3, "#"]
LONGEST_TRIED = 70_000


def matches(pattern, text):
    """None where Python cannot read the pattern, which is Java's."""
    try:
        readable = pattern.replace(r"\p{L}", "a-zA-Z").replace(r"\p{Z}", r"\s").replace(r"\p{N}", "0-9")
        return re.fullmatch(readable, text, re.ASCII) is not None
    except re.error:
        return None


def fits(shape, text):
    limits = shape.metadata
    if not limits.get("min", 0) <= len(text) <= limits.get("max", LONGEST_TRIED):
        return False
    return "pattern" not in limits or matches(limits["pattern"], text) is True


def typical(shape, name, known, fills=True):
    """
    A value that fits; `known` gives those that name something of the organization, by member. `fills`: a structure
    without required members gets its first one, so that something is sent.
    """
    if name in known:
        return known[name]
    kind = shape.type_name
    if kind == "structure":
        names = shape.required_members or (list(shape.members)[:1] if fills else [])
        return {key: typical(shape.members[key], key, known) for key in names}
    if kind == "list":
        return [typical(shape.member, singular(name), known)]
    if kind == "map":
        return {typical(shape.key, "key", known): typical(shape.value, "value", known)}
    if kind == "boolean":
        return True
    if kind in ("integer", "long"):
        return max(shape.metadata.get("min", 1), min(5, shape.metadata.get("max", 5)))
    if kind in ("double", "float"):
        return 1.0
    if kind == "timestamp":
        return 1_700_000_000
    if kind == "blob":
        return b"x"
    if getattr(shape, "enum", None):
        return shape.enum[0]
    for text in FITTING:
        if fits(shape, text):
            return text
    return "a" * max(1, shape.metadata.get("min", 1))


def singular(name):
    return name[:-1] if name.endswith("s") else name


def beyond(shape, name, known):
    """Pairs of a constraint's name and a value that breaks it, for the shape and what it is made of."""
    limits = shape.metadata
    kind = shape.type_name
    if kind == "string":
        if getattr(shape, "enum", None):
            yield "enum", "NotOneOfThem"
        if limits.get("min", 0) > 0:
            yield "min", "a" * (limits["min"] - 1)
        if limits.get("max", LONGEST_TRIED) < LONGEST_TRIED:
            yield "max", longer(shape, typical(shape, name, known), limits["max"] + 1)
        if "pattern" in limits:
            for text in UNFITTING:
                within = limits.get("min", 0) <= len(text) <= limits.get("max", LONGEST_TRIED)
                if within and matches(limits["pattern"], text) is False:
                    yield "pattern", text
                    break
    elif kind in ("integer", "long"):
        if "min" in limits:
            yield "min", limits["min"] - 1
        if limits.get("max", 2**31) < 2**31 - 1:
            yield "max", limits["max"] + 1
    elif kind == "list":
        one = typical(shape.member, singular(name), known)
        if limits.get("min", 0) > 0:
            yield "min", [one] * (limits["min"] - 1)
        if limits.get("max", LONGEST_TRIED) <= 1000:
            yield "max", [one] * (limits["max"] + 1)
        for constraint, value in beyond(shape.member, singular(name), known):
            yield f"[].{constraint}", [value]
    elif kind == "structure":
        whole = typical(shape, name, known)
        for key, member in shape.members.items():
            for constraint, value in beyond(member, key, known):
                yield f"{key}.{constraint}", {**(whole if isinstance(whole, dict) else {}), key: value}


def bounds(shape, name, known):
    """Pairs of a constraint's name and a value that just keeps it."""
    limits = shape.metadata
    if shape.type_name == "string" and not getattr(shape, "enum", None):
        for bound in ("min", "max"):
            length = limits.get(bound, 0)
            if 0 < length < LONGEST_TRIED:
                text = typical(shape, name, {})
                text = text[:length] if len(text) >= length else longer(shape, text, length)
                if fits(shape, text):
                    yield bound, text
    elif shape.type_name in ("integer", "long"):
        for bound in ("min", "max"):
            if abs(limits.get(bound, 2**31)) < 2**31 - 1:
                yield bound, limits[bound]
    elif shape.type_name == "list":
        one = typical(shape.member, singular(name), known)
        if 0 < limits.get("max", 0) <= 1000 and shape.member.type_name == "string":
            yield "max", [one] * limits["max"]
    elif shape.type_name == "structure":
        whole = typical(shape, name, known)
        for key, member in shape.members.items():
            for bound, value in bounds(member, key, known):
                yield f"{key}.{bound}", {**(whole if isinstance(whole, dict) else {}), key: value}


def longer(shape, text, length):
    """A text of that length, of characters that the pattern allows as far as possible."""
    filler = text[-1] if isinstance(text, str) and text else "a"
    return (text if isinstance(text, str) else "") + filler * (length - len(text or ""))
