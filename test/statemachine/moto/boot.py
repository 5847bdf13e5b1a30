"""Starts moto's server with what the tests need: executions that run, and a quick start.

moto copies a state machine deeply on every read, its backend and all running executions included, which
takes long and fails on locks while one is running; here backend and executions are shared instead.
"""

import copy
import json
import os
import sys
from datetime import datetime

os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"

import moto.iam.aws_managed_policies as managed  # noqa: E402

managed.aws_managed_policies_data = json.dumps({})

from moto.stepfunctions.models import StateMachine  # noqa: E402


def share_backend(self, memo):
    clone = object.__new__(type(self))
    memo[id(self)] = clone
    for name, value in self.__dict__.items():
        if name == "backend":
            clone.__dict__[name] = value
        elif name == "executions":
            clone.__dict__[name] = []
        else:
            clone.__dict__[name] = copy.deepcopy(value, memo)
    return clone


StateMachine.__deepcopy__ = share_backend

# CloudFormation makes state machines in the backend that doesn't execute them.
import moto.stepfunctions.models as stepfunctions  # noqa: E402
from moto.stepfunctions.parser.models import stepfunctions_parser_backends  # noqa: E402

stepfunctions.stepfunctions_backends = stepfunctions_parser_backends

# An event that is forwarded to another bus keeps account and time (EventBridge user guide, "Sending and receiving
# events between AWS accounts"); moto writes its own. CloudTrail's records name both.
from moto.events.models import Rule  # noqa: E402

send_to_targets = Rule.send_to_targets


def keep_origin(self, event, *more, **named):
    detail = event.get("detail", {})
    if "recipientAccountId" in detail:
        time = datetime.fromisoformat(detail["eventTime"]).timestamp()
        event = {**event, "account": detail["recipientAccountId"], "time": time}
    return send_to_targets(self, event, *more, **named)


Rule.send_to_targets = keep_origin

# CloudFormation makes every key one that encrypts.
from moto.kms.models import Key, kms_backends  # noqa: E402


def create_key(resource_name, cloudformation_json, account_id, region_name, **_):
    properties = cloudformation_json["Properties"]
    return kms_backends[account_id][region_name].create_key(
        policy=properties["KeyPolicy"],
        key_usage=properties.get("KeyUsage", "ENCRYPT_DECRYPT"),
        key_spec=properties.get("KeySpec", "SYMMETRIC_DEFAULT"),
        description=properties.get("Description"),
        tags=[],
    )


Key.create_from_cloudformation_json = create_key

from moto.server import main  # noqa: E402

main(sys.argv[1:])
