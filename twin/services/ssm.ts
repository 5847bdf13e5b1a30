/** Systems Manager: service settings, default host management, managed nodes, activations, associations, documents. */
import type { Operations } from '../contract.ts';
import { DescribeActivations } from './ssm/activations.ts';
import { CreateAssociation, DeleteAssociation, ListAssociations } from './ssm/associations.ts';
import { DEFAULT_HOST_MANAGEMENT } from './ssm/default-host-management.ts';
import { GetDocument } from './ssm/documents.ts';
import { DescribeInstanceInformation } from './ssm/instance-information.ts';
import { SERVICE_SETTINGS } from './ssm/settings.ts';

export const operations: Operations = {
  ...SERVICE_SETTINGS,
  ...DEFAULT_HOST_MANAGEMENT,
  CreateAssociation,
  DeleteAssociation,
  DescribeActivations,
  DescribeInstanceInformation,
  GetDocument,
  ListAssociations,
};
