/**
 * Which service a request addresses. AWS has a host for each; the twin has one for all, and reads it from
 * what only that service's requests have.
 */
import { findModel, modelledServices, type ServiceModel, TARGET_PREFIXES } from '../wire/models.ts';
import { parseRequest, targetPrefix, type WireRequest } from '../wire/read.ts';

/** `Version` of a Query request (botocore's models, `apiVersion`). */
const VERSIONS: Record<string, string> = {
  '2010-05-08': 'iam',
  '2010-05-15': 'cloudformation',
  '2011-06-15': 'sts',
  '2016-11-15': 'ec2',
};

/** undefined where nothing in the request says so, or the twin has no such service. */
export function addressedService(request: WireRequest): ServiceModel | undefined {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return modelOf(TARGET_PREFIXES, targetPrefix(target));
  const version = /(?:^|[?&])Version=([\d-]+)/.exec(request.body) ?? /[?&]Version=([\d-]+)/.exec(request.url);
  if (version) return modelOf(VERSIONS, version[1]);
  return modelledServices()
    .map(findModel)
    .find(
      (model) =>
        model !== undefined &&
        (model.protocol === 'restJson1' || model.protocol === 'restXml') &&
        parseRequest(model, request).operation !== undefined,
    );
}

function modelOf(table: Record<string, string>, key: string | undefined): ServiceModel | undefined {
  const service = key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
  return service === undefined ? undefined : findModel(service);
}
