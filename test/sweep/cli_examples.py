"""
The documented example outputs of the AWS CLI, from the pages that its package carries. Reads names such as
`["ec2/describe-vpcs"]` as JSON on standard input; prints what each page shows, and how many outputs are no JSON.
"""
import json
import pathlib
import re
import sys

import awscli

EXAMPLES = pathlib.Path(awscli.__file__).parent / "examples"


def outputs(name):
    lines = (EXAMPLES / f"{name}.rst").read_text().expandtabs(4).splitlines()
    read, unreadable = [], 0
    index = 0
    while index < len(lines):
        if re.match(r"\s+\{", lines[index]):
            depth, start = 0, index
            while index < len(lines):
                depth += lines[index].count("{") - lines[index].count("}")
                if depth <= 0:
                    break
                index += 1
            text = "\n".join(lines[start : index + 1])
            try:
                # some pages end lists with a comma
                read.append(json.loads(re.sub(r",(\s*[}\]])", r"\1", text)))
            except json.JSONDecodeError:
                unreadable += 1
        index += 1
    return {"outputs": read, "unreadable": unreadable}


json.dump({name: outputs(name) for name in json.load(sys.stdin)}, sys.stdout)
