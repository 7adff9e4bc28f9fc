import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Manifest } from '@modelgate/baselines';

export const rows = 'flight_id,predicted\n1,0\n2,1\n';
export const name = 'modelgate-baseline--flight-delays--quality';

/** A recorded baseline as the evaluation gate writes it; `data` tells one from another. */
export function baselineFolder(folder: string, data = rows): Manifest {
  const manifest: Manifest = {
    schema: 'https://github.com/modelgate/modelgate/baseline/v1',
    policy: 'flight-delays',
    gate: 'quality',
    commit: '0123456789abcdef0123456789abcdef01234567',
    branch: 'main',
    recordedAt: '2026-11-01T12:00:00.000Z',
    tool: '0.1.0',
    data: { kind: 'rows', file: 'predictions.csv', sha256: createHash('sha256').update(data).digest('hex'), rows: 2 },
    key: 'flight_id',
    prediction: 'predicted',
    columns: ['predicted'],
    examples: { name: 'eval/golden.parquet', sha256: 'a'.repeat(64), rows: 2 },
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'predictions.csv'), data);
  writeFileSync(path.join(folder, 'baseline.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** Reason, message and way to mend of the UserError that something throws. */
export async function refusal(work: Promise<unknown>): Promise<readonly unknown[]> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error && 'reason' in error && 'how' in error) return [error.reason, error.message, error.how];
    throw error;
  }
  return ['nothing was refused'];
}
