/** Errors of the store. Their names are a contract with whoever catches them. */

/** Another invocation holds the account's lease; nothing of this one's result was recorded in STATE. */
export class LeaseLostError extends Error {
  readonly accountId: string;
  readonly owner: string;
  constructor(accountId: string, owner: string, cause?: unknown) {
    super(`account ${accountId} is leased to another invocation, so ${owner} may not record it`, { cause });
    this.name = 'LeaseLostError';
    this.accountId = accountId;
    this.owner = owner;
  }
}

/** DynamoDB's limit of 400 KB an item. `item` says which, e.g. `target 111122223333 eu-west-1`. */
export class ItemTooLargeError extends Error {
  readonly item: string;
  constructor(item: string, bytes: number) {
    super(
      `${item} takes ${bytes} bytes, more than the 409600 that DynamoDB stores in one item: name fewer instances in it`,
    );
    this.name = 'ItemTooLargeError';
    this.item = item;
  }
}

/** An entry of that run, account and seq is there already, and it is another one. */
export class JournalConflictError extends Error {
  constructor(accountId: string, runId: string, seq: number, cause?: unknown) {
    super(
      `journal entry ${seq} of run ${runId} in account ${accountId} exists already and is never overwritten`,
      {
        cause,
      },
    );
    this.name = 'JournalConflictError';
  }
}

/** An update of a run or journal entry that was never written. */
export class RecordNotFoundError extends Error {
  constructor(record: string, cause?: unknown) {
    super(`${record} does not exist, so it cannot be updated`, { cause });
    this.name = 'RecordNotFoundError';
  }
}

/** The run has ended: an invocation that was still at work on it may not reopen its record. */
export class RunClosedError extends Error {
  constructor(runId: string, cause?: unknown) {
    super(`run ${runId} has ended, and its record is closed`, { cause });
    this.name = 'RunClosedError';
  }
}
