"""Managed instances as botocove's users look for them: DescribeInstanceInformation in every member account.

Prints one JSON object: account id to the ids of its nodes that answer (`PingStatus` Online).
Arguments: the role's name, then Regions.
"""

import json
import sys

from botocore.exceptions import ClientError
from botocove import cove

role, *regions = sys.argv[1:]


@cove(rolename=role, org_master=False, target_ids=json.load(sys.stdin))
def look(session):
    online = []
    for region in regions:
        pages = session.client("ssm", region_name=region).get_paginator("describe_instance_information")
        try:
            for page in pages.paginate():
                online += [
                    node["InstanceId"]
                    for node in page["InstanceInformationList"]
                    if node["PingStatus"] == "Online"
                ]
        except ClientError as error:
            print(f"{region}: {error}", file=sys.stderr)
    return online


print(json.dumps({one["Id"]: one["Result"] for one in look()["Results"]}))
