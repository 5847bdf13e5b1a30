import { expect } from '@jest/globals';
import { openStateFolder } from '../../cli/state-folder.ts';

/** The message of the error that opening ends in: always one line, of the named kind. */
export async function refusal(path: string): Promise<string> {
  const error = await openStateFolder(path).then(
    async (opened) => {
      await opened.close();
      throw new Error('it was opened');
    },
    (refused: Error) => refused,
  );
  expect(error.name).toBe('StateFolderError');
  expect(error.message).not.toContain('\n');
  return error.message;
}
