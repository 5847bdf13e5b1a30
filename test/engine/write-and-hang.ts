/** Run as its own process: opens the state folder, writes, says so, and waits to be killed. */
import { openStateFolder } from '../../cli/state-folder.ts';
import { aRun } from '../store/embedded.ts';

const state = await openStateFolder(process.argv[2] ?? '');
await state.bindOrganization('o-killed');
for (let i = 0; i < 50; i += 1) await state.store.createRun(aRun({ runId: `run-${i}` }));
await state.artifacts.putText('runs/run-0/result.json', '{}');
process.stdout.write('written\n');
setInterval(() => undefined, 1000);
