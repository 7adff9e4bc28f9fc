// Loaded into a measured process before anything else (`node --import`): on exit it writes to descriptor 3 what the
// process took. Plain JavaScript, so that loading it costs no type stripping.
import { readFileSync, writeSync } from 'node:fs';

process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeSync(
    3,
    JSON.stringify({ peakBytes: highWater() ?? maxRSS * 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 }),
  );
});

/** Linux's own account of this program's memory: `maxRSS` there also counts what the parent held when it started us. */
function highWater() {
  if (process.platform !== 'linux') return undefined;
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
