import { policy } from './flights.ts';
import type { Commit, Files } from './step.ts';

/** Gates over a metrics file: no engine to load, for suites that are about GitHub and not about tables. */
export const barePolicy = policy({
  champion: '{ from: file, file: champion/metrics.json }',
  candidate: '{ file: out/metrics.json }',
});

export const bareFiles: Files = {
  'modelgate.yml': barePolicy,
  'champion/metrics.json': JSON.stringify({ accuracy: 0.9 }),
};

export const bareHistory: readonly Commit[] = [
  { name: 'base', branch: 'main', files: bareFiles },
  { name: 'head', parents: ['base'], branch: 'change', files: { 'a.txt': 'a' } },
  { name: 'next', parents: ['head'], branch: 'change', files: { 'a.txt': 'b' } },
];

export function metrics(accuracy: number): Files {
  return { 'out/metrics.json': JSON.stringify({ accuracy }) };
}
export const good = metrics(0.9);
export const bad = metrics(0.8);

/** The notices of a log, as the runner shows them. */
export function notices(log: string): readonly string[] {
  return log.split('\n').flatMap((line) => (line.startsWith('::notice::') ? [line.slice('::notice::'.length)] : []));
}
