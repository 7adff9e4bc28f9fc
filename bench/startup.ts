import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Aim, columns, duration, median, type PartResult } from './aim.ts';

const rounds = 25;
/** Milliseconds. */
const allowed = 100;

interface Entry {
  readonly name: string;
  readonly args: readonly string[];
  /** How it ends when it is started like this, and what it says then. */
  readonly code: number;
  readonly says: string;
}

/**
 * Start-up of every built entry against an empty script. The entries end as soon as they are loaded: an action outside
 * of a workflow run refuses, the command line prints its help.
 */
export function startup(root: string, folder: string): PartResult {
  const empty = path.join(folder, 'empty.mjs');
  writeFileSync(empty, '');
  const dist = (name: string) => path.join(root, 'dist', name, 'main.mjs');
  const entries: readonly Entry[] = [
    { name: 'empty script', args: [empty], code: 0, says: '' },
    { name: 'eval-gate', args: [dist('eval-gate')], code: 1, says: 'event-unreadable' },
    { name: 'report', args: [dist('report')], code: 1, says: 'event-unreadable' },
    { name: 'cli help', args: [dist('cli'), 'help'], code: 0, says: 'modelgate check' },
  ];
  const times = entries.map((): number[] => []);
  const wrong = new Set<string>();
  // In turns, so that whatever else this machine does meets all of them alike; the first round only warms the disk cache.
  for (let round = 0; round <= rounds; round++) {
    for (const [index, entry] of entries.entries()) {
      const { seconds, problem } = start(entry, folder);
      if (problem !== undefined) wrong.add(problem);
      if (round > 0) times[index]?.push(seconds);
    }
  }
  const [base = Number.NaN, ...others] = times.map(median);
  const fastest = (index: number) => Math.min(...(times[index] ?? []));
  const rows = entries.map(({ name }, index) => {
    const own = index === 0 ? base : (others[index - 1] ?? Number.NaN);
    const more = index === 0 ? '' : `+${duration(own - base)}`;
    return [name, duration(own), more, `${(own / base).toFixed(1)} ×`, duration(fastest(index))];
  });
  console.log(columns([['entry', 'median', 'more', 'ratio', 'fastest'], ...rows]));
  const aims = others.map((own, index): Aim => {
    const more = (own - base) * 1000;
    const name = entries[index + 1]?.name ?? '';
    return {
      what: `start-up of ${name}`,
      aim: `at most ${allowed} ms more`,
      measured: `${more.toFixed(0)} ms more`,
      met: more <= allowed,
    };
  });
  return { aims, wrong: [...wrong] };
}

function start({ name, args, code, says }: Entry, cwd: string): { seconds: number; problem?: string } {
  const began = performance.now();
  const ended = spawnSync(process.execPath, [...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '' },
    encoding: 'utf8',
  });
  const seconds = (performance.now() - began) / 1000;
  const log = ended.stdout + ended.stderr;
  if (ended.status === code && log.includes(says)) return { seconds };
  return { seconds, problem: `${name} ended with ${ended.status}, expected ${code} and "${says}":\n${log}` };
}
