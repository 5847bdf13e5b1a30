"""
Drives every operation that the twin serves by botocore, with values from botocore's own models, and compares the
answers' bytes with what its parsers read. Reads a request as JSON on standard input, prints a report as JSON.
"""
import json
import sys
import urllib.request

import botocore.session
from botocore.config import Config

from answers import differences
from values import beyond, bounds, typical

request = json.load(sys.stdin)
session = botocore.session.get_session()
config = Config(
    parameter_validation=False, retries={"total_max_attempts": 1}, max_pool_connections=1, read_timeout=20
)
report = {"operations": 0, "calls": 0, "members": 0, "failures": [], "differences": [], "unenforced": [], "pages": 0, "untried": 0, "codes": {},
          "tried": {"typical": 0, "missing": 0, "beyond": 0, "bounds": 0, "unserved": 0, "paginated": 0}}
seen = {}


def make_client(service):
    access = served_at(service)["credentials"]
    client = session.create_client(
        service, region_name=request["region"], endpoint_url=served_at(service)["url"], config=config,
        aws_access_key_id=access["accessKeyId"], aws_secret_access_key=access["secretAccessKey"],
        aws_session_token=access["sessionToken"],
    )
    client.meta.events.register("before-parse.*.*", remember)
    return client


def served_at(service):
    """Organizations is called by the management account, which alone may close and move accounts."""
    return request["organizations"] if service == "organizations" else request


def remember(response_dict, operation_model, **_):
    seen["status"] = response_dict["status_code"]
    seen["body"] = response_dict["body"]


def reset(service):
    urllib.request.urlopen(urllib.request.Request(f"{served_at(service)['url']}/_twin/reset", method="POST")).read()


def call(client, operation, params, mutates):
    """Status and error code of one call; the state is what it was before."""
    report["calls"] += 1
    seen.clear()
    try:
        client._make_api_call(operation.name, params)
        code = None
    except client.exceptions.ClientError as error:
        code = error.response["Error"]["Code"]
        seen["message"] = error.response["Error"].get("Message", "")
        read = [code, error.response["Error"].get("Message"), error.response["ResponseMetadata"].get("RequestId")]
        if not all(read):
            report["failures"].append(f"{operation.name}: an error without code, message or request id: {read}")
        report["codes"].setdefault(client.meta.service_model.service_name, {}).setdefault(code, 0)
        report["codes"][client.meta.service_model.service_name][code] += 1
    except Exception as error:  # botocore refuses to send it, or cannot read the answer
        return ("unsent" if "status" not in seen else "unread"), f"{type(error).__name__}: {error}"
    if code is None and mutates:
        reset(client.meta.service_model.service_name)
    return seen["status"], code


def learn_rules(client):
    """Ids of rules of the security group: the twin draws them, so that they are asked for first."""
    known = request["known"]
    rules = client.describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [known["ec2"]["GroupId"]]}]
    )["SecurityGroupRules"]
    for way in ("Ingress", "Egress"):
        ids = [rule["SecurityGroupRuleId"] for rule in rules if rule["IsEgress"] == (way == "Egress")]
        known[f"ec2.RevokeSecurityGroup{way}"]["SecurityGroupRuleIds"] = ids[:1]
        known["ec2"]["SecurityGroupRuleIds"] = ids[:1]


def sweep(client, service, name, served):
    model = client.meta.service_model
    operation = model.operation_model(name)
    shape = operation.input_shape
    protocol = model.metadata["protocol"]
    known = {**request["known"]["*"], **request["known"].get(service, {}), **request["known"].get(f"{service}.{name}", {})}
    members = shape.members if shape else {}
    base = typical(shape, name, known, fills=False) if shape else {}
    base = {**base, **{key: known[key] for key in served.get("also", [])}}
    report["operations"] += 1

    def typically(params, what):
        report["tried"]["typical"] += 1
        status, code = call(client, operation, params, served["mutates"])
        if status != 200:
            report["failures"].append(f"{service}.{name} {what}: {status} {code}")
            return
        found = differences(protocol, seen["body"], operation)
        report["differences"] += sorted({f"{service}.{name}{line}" for line in found})
        all_members.update(f"{name}{member}" for member in found.members)

    def refused(params, what, kind):
        report["tried"][kind] += 1
        status, code = call(client, operation, params, served["mutates"])
        if status == 200:
            report["unenforced"].append(f"{service}.{name} {what}")
        elif status not in (400, 403, 404, 409, "unsent"):
            report["failures"].append(f"{service}.{name} {what}: {status} {code}")

    typically(base, "required members")
    for key in served["honours"]:
        if key in base or key in ("DryRun", "NextToken", "Marker") or key not in members:
            continue
        if f"{service}.{name}.{key}" in request["untried"]:
            report["untried"] += 1
            continue
        excluded = served.get("instead", {}).get(key, [])
        typically({**{k: v for k, v in base.items() if k not in excluded}, key: typical(members[key], key, known)}, key)
    for key in shape.required_members if shape else []:
        if members[key].metadata.get("idempotencyToken"):
            continue  # botocore fills it in
        refused({k: v for k, v in base.items() if k != key}, f"without {key}", "missing")
    for key in served["honours"]:
        if key not in members:
            continue
        for constraint, value in beyond(members[key], key, known):
            if value == "" and members[key].serialization.get("location") == "uri":
                continue  # the path is another one then
            refused({**base, key: value}, f"{key}.{constraint}", "beyond")
        for bound, value in bounds(members[key], key, known):
            report["tried"]["bounds"] += 1
            status, message = call(client, operation, {**base, key: value}, served["mutates"])[0], seen.get("message", "")
            wrong = "failed to satisfy constraint" in message or "The specified value for" in message or status == 500
            if wrong or (key in ("MaxResults", "MaxItems") and status != 200):
                report["failures"].append(f"{service}.{name} {key} at its {bound}: {message}")
    for key, member in members.items():
        if key in served["honours"]:
            continue
        report["tried"]["unserved"] += 1
        status, code = call(client, operation, {**base, key: typical(member, key, known)}, served["mutates"])
        if status == 200 and member.type_name != "boolean":
            report["failures"].append(f"{service}.{name} {key}: ignored")
    if client.can_paginate(method_of[name]):
        paginate(client, service, name, base, members)


def paginate(client, service, name, base, members):
    """Every page by the smallest size: the same items as by the default size, none of them twice."""
    paginator = client.get_paginator(method_of[name])
    sizes = {}
    limit = members.get(paginator._limit_key)
    least = 5 if service == "ec2" else 1  # EC2's models leave out some lower bounds that its reference has
    for size in (None, max(least, limit.metadata.get("min", 1))) if limit else (None,):
        report["tried"]["paginated"] += 1
        items = []
        try:
            for page in paginator.paginate(**base, PaginationConfig={"PageSize": size} if size else {}):
                report["calls"] += 1
                report["pages"] += 1
                for key in paginator.result_keys:
                    items += [json.dumps(one, default=str, sort_keys=True) for one in key.search(page) or []]
        except client.exceptions.ClientError as error:
            report["failures"].append(f"{service}.{name} paginated by {size}: {error}")
            return
        if len(set(items)) != len(items):
            report["failures"].append(f"{service}.{name} paginated by {size}: an item twice")
        sizes[size] = sorted(items)
    if len({json.dumps(items) for items in sizes.values()}) != 1:
        report["failures"].append(f"{service}.{name}: pages of another size hold other items")


all_members = set()
for service, operations in request["services"].items():
    client = make_client(service)
    method_of = {operation: method for method, operation in client.meta.method_to_api_mapping.items()}
    if service == "ec2":
        learn_rules(client)
    for name, served in operations.items():
        sweep(client, service, name, served)
report["members"] = len(all_members)
json.dump(report, sys.stdout)
