import type { Verdict } from '@modelgate/core';
import type { Place } from './place.ts';

/** Which run of which workflow a verdict comes from. */
export function runIdentity(place: Place, stage: string): Verdict['run'] {
  const { run, event, leg } = place;
  return {
    repository: run.repository.fullName,
    event: event.name,
    stage,
    headSha: event.headSha,
    ...('baseSha' in event ? { baseSha: event.baseSha } : {}),
    ...('number' in event ? { pullRequest: event.number } : {}),
    workflow: run.workflow,
    workflowPath: run.workflowPath,
    runId: run.runId,
    attempt: run.attempt,
    job: run.job,
    ...(leg === undefined ? {} : { leg }),
    url: run.url,
  };
}
