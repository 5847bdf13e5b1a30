"""Starts moto's server with what this test needs: executions that run, and a quick start.

moto copies a state machine deeply on every read, its backend and all running executions included, which
takes long and fails on locks while one is running; here backend and executions are shared instead.
"""

import copy
import json
import os
import sys

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

from moto.server import main  # noqa: E402

main(sys.argv[1:])
