/**
 * Writes templates with stand-ins and zip files: a separate process, since the command does without the CDK.
 *
 *     node infra/plain/write-parts.ts FOLDER [FEATURES]      FEATURES: of one deployment (keyOf); left out: of all
 */
import { allFeatures, keyOf } from './features.ts';
import { writePackagedParts } from './packaged-parts.ts';
import { synthesizeParts } from './synthesize.ts';

const [, , folder, wanted] = process.argv;
if (folder === undefined) throw new Error('name a folder');
const features = allFeatures().filter((each) => wanted === undefined || keyOf(each) === wanted);
await synthesizeParts((parts) => writePackagedParts(parts, folder, features));
