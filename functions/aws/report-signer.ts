import { KMSClient, SignCommand } from '@aws-sdk/client-kms';
import type { SignManifest } from '../core/model/report-manifest.ts';

/**
 * Signs with an asymmetric key of KMS (ECC_NIST_P256, SIGN_VERIFY), which never leaves it. KMS hashes a RAW
 * message, "which can be up to 4,096 bytes" (KMS API reference, Sign): a manifest has a line for each
 * format and stays far below. An ECDSA signature comes as ANSI X9.62 DER.
 */
export function createReportSigner(client: KMSClient, keyId: string): SignManifest {
  return async (manifest) => {
    const { Signature: signature, KeyId: signedBy } = await client.send(
      new SignCommand({
        KeyId: keyId,
        Message: Buffer.from(manifest),
        MessageType: 'RAW',
        SigningAlgorithm: 'ECDSA_SHA_256',
      }),
    );
    if (!signature) throw new Error(`KMS key ${keyId} gave no signature`);
    return {
      algorithm: 'ECDSA_SHA_256',
      keyId: signedBy ?? keyId,
      signature: Buffer.from(signature).toString('base64'),
    };
  };
}

/** Signer of the deployed functions. */
export function connectReportSigner(region: string, keyId: string): SignManifest {
  return createReportSigner(new KMSClient({ region }), keyId);
}
