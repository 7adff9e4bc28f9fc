import { randomUUID } from 'node:crypto';
import type { ChampionSource, GateOutcome, RecordedFolder } from '@modelgate/core';
import { registriesAt } from './gate-world.ts';
import { log } from './log.ts';
import type { Place } from './place.ts';
import { attempt } from './publish.ts';

/** GitHub's longest; it keeps less where the repository says so. */
export const retentionDays = 90;

/**
 * Keeps what a green run of the base branch recorded, so that later runs find it: among the run's artifacts, and in the
 * object store where the policy says so. Never in MLflow: who is champion there is a decision of its own (decision 012).
 */
export async function storeChampion(
  { recorded }: GateOutcome,
  source: ChampionSource | undefined,
  place: Place,
): Promise<void> {
  if (recorded === undefined) return;
  const { name, folder, files } = recorded;
  await attempt('Recording this run as a champion', () =>
    place.artifacts.upload({ name, folder, files, retentionDays }),
  );
  if (source?.from !== 's3' || source.record !== true) return;
  await attempt('Recording this run as a champion in the object store', () => storeObjects(recorded, source, place));
}

async function storeObjects(
  { name, folder }: RecordedFolder,
  source: Extract<ChampionSource, { from: 's3' }>,
  place: Place,
): Promise<void> {
  const { recordInObjectStore } = await import('@modelgate/baselines');
  const request = { source, name, folder, by: place.run.url, at: place.now(), writer: randomUUID() };
  const result = await recordInObjectStore(request, await registriesAt(place, log.line));
  if (result.kind === 'left') log.notice(`This run was not recorded as a champion: ${result.why}.`);
  else log.line(`Recorded as a champion in ${result.where}.`);
}
