/** A text of any length into one S3 object, part by part. */
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/**
 * Bytes of a part. Parts but the last have 5 MiB at least, and an upload has 10,000 at most (S3 user guide,
 * "Amazon S3 multipart upload limits"): 8 MiB make 78 GiB.
 */
const PART_BYTES = 8 * 1024 * 1024;

export interface Upload {
  Bucket: string;
  Key: string;
  ContentType: string;
}

/** What fits into one part is put as it is. An upload that fails is aborted, so that no parts are left to pay for. */
export async function uploadText(
  client: S3Client,
  upload: Upload,
  body: AsyncIterable<string>,
): Promise<void> {
  const parts = partsOf(body);
  const first = await parts.next();
  const second = await parts.next();
  if (second.done) {
    await client.send(new PutObjectCommand({ ...upload, Body: first.value ?? new Uint8Array() }));
    return;
  }
  const { Bucket, Key } = upload;
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(upload));
  try {
    const done: CompletedPart[] = [];
    const send = async (Body: Uint8Array) => {
      const PartNumber = done.length + 1;
      const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
      done.push({ PartNumber, ETag });
    };
    if (first.value) await send(first.value);
    await send(second.value);
    for await (const part of parts) await send(part);
    await client.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts: done } }),
    );
  } catch (error) {
    // Its own failure must not hide the first one; the bucket's life cycle ends what is left.
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(() => undefined);
    throw error;
  }
}

async function* partsOf(body: AsyncIterable<string>): AsyncGenerator<Uint8Array, undefined> {
  let pending: Buffer[] = [];
  let bytes = 0;
  for await (const text of body) {
    const chunk = Buffer.from(text, 'utf8');
    pending.push(chunk);
    bytes += chunk.length;
    if (bytes < PART_BYTES) continue;
    yield Buffer.concat(pending);
    pending = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(pending);
}
