import { BatchImportFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';

export interface Imported {
  accepted: number;
  /** What Security Hub refused, with its reasons. */
  refused: { id: string; code: string; message: string }[];
}

export type ImportFindings = (line: string) => Promise<Imported>;

/** Sends one line of a report in ASFF: the input of a BatchImportFindings call. */
export function createFindingsImporter(client: SecurityHubClient): ImportFindings {
  return async (line) => {
    const { SuccessCount, FailedFindings } = await client.send(
      new BatchImportFindingsCommand(JSON.parse(line)),
    );
    return {
      accepted: SuccessCount ?? 0,
      refused: (FailedFindings ?? []).map(({ Id, ErrorCode, ErrorMessage }) => ({
        id: Id ?? '',
        code: ErrorCode ?? '',
        message: ErrorMessage ?? '',
      })),
    };
  };
}

/** Importer of the deployed function: Security Hub of this Region. Its limit is 10 calls a second, so calls are retried. */
export function connectFindingsImporter(region: string): ImportFindings {
  return createFindingsImporter(new SecurityHubClient({ region, retryMode: 'adaptive', maxAttempts: 8 }));
}
