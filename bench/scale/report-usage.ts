/** Loaded by `--import` into the process that is measured: at its end it writes what it used, as the kernel counted it. */
import { writeFileSync } from 'node:fs';

const file = process.env.DHMC_BENCH_USAGE;
if (file !== undefined) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    writeFileSync(
      file,
      JSON.stringify({ cpuMicroseconds: userCPUTime + systemCPUTime, peakKibibytes: maxRSS }),
    );
  });
}
