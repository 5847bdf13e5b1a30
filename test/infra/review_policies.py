"""Findings of parliament on policies: {name: document} on stdin, {name: [[severity, issue, detail], ...]} on stdout."""

import json
import sys

from parliament import analyze_policy_string, enhance_finding

found = {}
for name, document in json.load(sys.stdin).items():
    findings = [enhance_finding(each) for each in analyze_policy_string(json.dumps(document)).findings]
    found[name] = [[each.severity, each.issue, str(each.detail)] for each in findings]
json.dump(found, sys.stdout)
