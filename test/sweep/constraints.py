"""
Prints what botocore's models demand of the inputs that the twin honors, as twin/data/constraints.json has it. Reads
`{service: {operation: [member, ...]}}` as JSON on standard input. Left out: EC2, whose operations check for themselves,
and patterns of Organizations' ids, because snapshots with pseudonyms or made by hand have shorter ones.
"""
import json
import sys

import botocore.session


def constraints_of(shape, path):
    limits = shape.metadata
    own = {key: limits[key] for key in ("min", "max", "pattern") if key in limits}
    if getattr(shape, "enum", None):
        own["enum"] = list(shape.enum)
    if own.get("max", 0) >= 2**31 - 1:
        del own["max"]
    if own.get("pattern") == r"[\s\S]*":
        del own["pattern"]
    if own.get("min") == 0:
        del own["min"]
    if own:
        yield {"at": path, "kind": "number" if shape.type_name in ("integer", "long") else shape.type_name, **own}
    if shape.type_name == "list":
        yield from constraints_of(shape.member, f"{path}[]")
    elif shape.type_name == "structure":
        for name, member in shape.members.items():
            yield from constraints_of(member, f"{path}.{name}")


def is_id(path, pattern):
    return pattern.startswith("^") and not path.startswith("Tags")


session = botocore.session.get_session()
table = {}
for service, operations in json.load(sys.stdin).items():
    if service == "ec2":
        continue
    model = session.get_service_model(service)
    for operation, honored in operations.items():
        shape = model.operation_model(operation).input_shape
        found = [
            one
            for name in (shape.members if shape else {})
            if name in honored
            for one in constraints_of(shape.members[name], name)
        ]
        if service == "organizations":
            found = [
                {key: value for key, value in one.items() if key != "pattern" or not is_id(one["at"], value)}
                for one in found
            ]
        found = [one for one in found if len(one) > 2]
        if found:
            table.setdefault(service, {})[operation] = found
json.dump(table, sys.stdout)
