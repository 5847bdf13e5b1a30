import type { Operations } from '../contract.ts';
import { operations as account } from './account.ts';
import { operations as cloudformation } from './cloudformation.ts';
import { operations as cloudtrail } from './cloudtrail.ts';
import { operations as ec2 } from './ec2.ts';
import { operations as iam } from './iam.ts';
import { operations as lambda } from './lambda.ts';
import { operations as organizations } from './organizations.ts';
import { operations as ram } from './ram.ts';
import { operations as route53 } from './route53.ts';
import { operations as route53profiles } from './route53profiles.ts';
import { operations as route53resolver } from './route53resolver.ts';
import { operations as ssm } from './ssm.ts';
import { operations as sts } from './sts.ts';

/** Operations by the service's signing name. */
export const SERVICES: Record<string, Operations> = {
  account,
  cloudformation,
  cloudtrail,
  ec2,
  iam,
  lambda,
  organizations,
  ram,
  route53,
  route53profiles,
  route53resolver,
  ssm,
  sts,
};
