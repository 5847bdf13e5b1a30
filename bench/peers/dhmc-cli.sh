#!/usr/bin/env bash
# Default Host Management Configuration as a loop over the AWS CLI: account by account, Region by Region.
# What dhmc-rollout is measured against; it looks at no instance and keeps no record.
#
#     dhmc-cli.sh assess|enforce 'us-east-1 eu-west-1' ACCOUNT...
set -euo pipefail

mode=$1
regions=$2
shift 2
setting=/ssm/managed-instance/default-ec2-instance-management-role
role=AWSSystemsManagerDefaultEC2InstanceManagementRole
trust='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ssm.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
member=DhmcRolloutReader
[ "$mode" = enforce ] && member=DhmcRolloutWriter

for account in "$@"; do
  (
    read -r AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN < <(
      aws sts assume-role --role-arn "arn:aws:iam::$account:role/$member" --role-session-name dhmc \
        --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text
    )
    export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
    if ! aws iam get-role --role-name "$role" > /dev/null 2>&1 && [ "$mode" = enforce ]; then
      aws iam create-role --role-name "$role" --path /service-role/ --assume-role-policy-document "$trust" > /dev/null
      aws iam attach-role-policy --role-name "$role" \
        --policy-arn arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy
    fi
    for region in $regions; do
      value=$(aws ssm get-service-setting --region "$region" --setting-id "$setting" \
        --query ServiceSetting.SettingValue --output text)
      if [ "$value" != "service-role/$role" ] && [ "$mode" = enforce ]; then
        # A new role is not known in every Region at once.
        until aws ssm update-service-setting --region "$region" --setting-id "$setting" \
          --setting-value "service-role/$role" 2> /dev/null; do
          sleep 2
        done
      fi
      echo "$account $region $value"
    done
  )
done
