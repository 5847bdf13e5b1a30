#!/usr/bin/env python3
"""Default Host Management Configuration in every account, as one writes it with boto3 in an afternoon.

Twenty threads, an account each; Regions one after another. What dhmc-rollout is measured against: it reads no
networks, judges nothing, keeps no record, and a failure is a line of output.

    dhmc_boto3.py assess|enforce --regions us-east-1,eu-west-1
"""
import argparse
import json
import time
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

ROLE = "AWSSystemsManagerDefaultEC2InstanceManagementRole"
POLICY = "arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy"
SETTING = "/ssm/managed-instance/default-ec2-instance-management-role"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ssm.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
RETRIES = Config(retries={"mode": "standard", "max_attempts": 8})


def session_of(sts, account_id, role):
    """A session in the member account."""
    answer = sts.assume_role(RoleArn=f"arn:aws:iam::{account_id}:role/{role}", RoleSessionName="dhmc")
    credentials = answer["Credentials"]
    return boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


def ensure_role(iam, enforce):
    """The DHMC role, made if it is missing."""
    try:
        iam.get_role(RoleName=ROLE)
        return
    except iam.exceptions.NoSuchEntityException:
        if not enforce:
            return
    iam.create_role(RoleName=ROLE, Path="/service-role/", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.attach_role_policy(RoleName=ROLE, PolicyArn=POLICY)


def ensure_region(session, region, enforce):
    """True where the setting names the role."""
    ssm = session.client("ssm", region_name=region, config=RETRIES)
    value = ssm.get_service_setting(SettingId=SETTING)["ServiceSetting"]["SettingValue"]
    if value == f"service-role/{ROLE}":
        return True
    while enforce:
        try:
            ssm.update_service_setting(SettingId=SETTING, SettingValue=f"service-role/{ROLE}")
            return True
        except ssm.exceptions.ClientError as error:
            # A new role is not known in every Region at once.
            if error.response["Error"]["Code"] != "ValidationException":
                raise
            time.sleep(2)
    return False


def instances_of(session, region):
    """Running instances and managed nodes of a Region."""
    ec2 = session.client("ec2", region_name=region, config=RETRIES)
    pages = ec2.get_paginator("describe_instances").paginate(
        Filters=[{"Name": "instance-state-name", "Values": ["running"]}]
    )
    running = [i["InstanceId"] for page in pages for r in page["Reservations"] for i in r["Instances"]]
    if not running:
        return running, []
    ssm = session.client("ssm", region_name=region, config=RETRIES)
    pages = ssm.get_paginator("describe_instance_information").paginate()
    return running, [i["InstanceId"] for page in pages for i in page["InstanceInformationList"]]


def visit(sts, account_id, regions, enforce):
    """One account: what was compliant, and how many instances."""
    session = session_of(sts, account_id, "DhmcRolloutWriter" if enforce else "DhmcRolloutReader")
    ensure_role(session.client("iam", config=RETRIES), enforce)
    compliant = running = managed = 0
    for region in regions:
        compliant += ensure_region(session, region, enforce)
        if not enforce:
            here, nodes = instances_of(session, region)
            running += len(here)
            managed += len(nodes)
    return account_id, compliant, running, managed


def main():
    """Every active account of the organization, twenty at once."""
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["assess", "enforce"])
    parser.add_argument("--regions", required=True)
    flags = parser.parse_args()
    regions = flags.regions.split(",")
    sts = boto3.client("sts", config=RETRIES)
    own = sts.get_caller_identity()["Account"]
    pages = boto3.client("organizations", config=RETRIES).get_paginator("list_accounts").paginate()
    accounts = [a["Id"] for page in pages for a in page["Accounts"] if a["Status"] == "ACTIVE" and a["Id"] != own]
    with ThreadPoolExecutor(max_workers=20) as pool:
        work = [pool.submit(visit, sts, account, regions, flags.mode == "enforce") for account in accounts]
        done = [future.result() for future in work]
    compliant = sum(row[1] for row in done)
    print(f"{len(done)} accounts, {compliant} of {len(done) * len(regions)} Regions compliant")


if __name__ == "__main__":
    main()
