"""Validates lines of BatchImportFindings inputs on standard input against botocore's Security Hub model."""
import json
import re
import sys

import botocore.session
from botocore.validate import ParamValidator

shape = (
    botocore.session.get_session()
    .get_service_model("securityhub")
    .operation_model("BatchImportFindings")
    .input_shape
)
TIMESTAMP = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
# Lengths that the model gives as text only.
LENGTHS = {"Title": 256, "Description": 1024, "Id": 512, "GeneratorId": 512}


def enums(value, shape, path):
    if shape.type_name == "structure":
        for name, member in value.items():
            yield from enums(member, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for index, member in enumerate(value):
            yield from enums(member, shape.member, f"{path}[{index}]")
    elif shape.type_name == "string" and shape.enum and value not in shape.enum:
        yield f"{path}: {value} is not one of {shape.enum}"


problems = []
count = 0
for line in sys.stdin:
    request = json.loads(line)
    report = ParamValidator().validate(request, shape)
    if report.has_errors():
        problems.append(report.generate_report())
        continue
    problems.extend(enums(request, shape, ""))
    if len(request["Findings"]) > 100:
        problems.append("more than 100 findings")
    for finding in request["Findings"]:
        count += 1
        for key in ("CreatedAt", "UpdatedAt"):
            if not TIMESTAMP.match(finding[key]):
                problems.append(f"{key} {finding[key]}")
        for key, length in LENGTHS.items():
            if not 1 <= len(finding[key]) <= length:
                problems.append(f"{key} has {len(finding[key])} characters")
        if len(json.dumps(finding).encode()) > 240_000 or len(finding["Resources"]) > 32:
            problems.append("finding too large")
print(json.dumps({"findings": count, "problems": problems}))
