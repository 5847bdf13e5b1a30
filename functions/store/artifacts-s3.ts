import type { Readable } from 'node:stream';
import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { splitArtifactKey } from './artifact-key.ts';
import type { Artifacts } from './contract.ts';
import { linesOf } from './lines.ts';
import { uploadText } from './s3-upload.ts';

/**
 * Artifacts as objects of an S3 bucket. The role needs s3:ListBucket, also for getText: without it S3
 * answers 403 instead of 404 for an object that is not there (S3 API reference, GetObject).
 */
export function createS3Artifacts(options: { client: S3Client; bucket: string }): Artifacts {
  const { client, bucket } = options;
  const checked = (key: string) => splitArtifactKey(key).join('/');

  return {
    bucket,

    async putText(key, body, contentType) {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: checked(key),
          Body: body,
          ContentType: contentType ?? contentTypeOf(key),
        }),
      );
    },

    putStream: (key, body, contentType) =>
      uploadText(
        client,
        { Bucket: bucket, Key: checked(key), ContentType: contentType ?? contentTypeOf(key) },
        body,
      ),

    async getText(key) {
      try {
        const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: checked(key) }));
        return (await body?.transformToString('utf-8')) ?? '';
      } catch (error) {
        if (error instanceof NoSuchKey) return null;
        throw error;
      }
    },

    async *readLines(key) {
      const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: checked(key) }));
      if (body) yield* linesOf(body as Readable);
    },

    async list(prefix) {
      const keys: string[] = [];
      for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
        for (const { Key: key } of page.Contents ?? []) if (key !== undefined) keys.push(key);
      }
      return keys.sort();
    },

    async listFolders(folder) {
      const names: string[] = [];
      const request = { Bucket: bucket, Prefix: folder, Delimiter: '/' };
      for await (const page of paginateListObjectsV2({ client }, request)) {
        for (const { Prefix: prefix = '' } of page.CommonPrefixes ?? []) {
          names.push(prefix.slice(folder.length, -1));
        }
      }
      return names.sort();
    },
  };
}

function contentTypeOf(key: string): string {
  return key.endsWith('.json') ? 'application/json' : 'text/plain; charset=utf-8';
}
