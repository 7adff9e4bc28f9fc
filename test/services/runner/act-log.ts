import * as z from 'zod';

export type ActResult = 'success' | 'failure' | 'skipped' | 'cancelled';

export interface ActAnnotation {
  readonly level: 'notice' | 'warning' | 'error';
  readonly message: string;
  readonly title?: string | undefined;
  readonly file?: string | undefined;
  readonly line?: string | undefined;
}

export interface ActStep {
  readonly name: string;
  result: ActResult | undefined;
  /** It failed under `continue-on-error`. */
  continued: boolean;
  readonly outputs: Record<string, string>;
}

export interface ActJob {
  readonly id: string;
  readonly matrix: Readonly<Record<string, unknown>>;
  /** Undefined when act never said; for a matrix leg see `legResult`. */
  result: ActResult | undefined;
  /** By step id, or by index where a step has none; steps inside a composite as `outer/inner`. */
  readonly steps: Record<string, ActStep>;
  readonly annotations: ActAnnotation[];
  readonly masks: string[];
  /** By step id, in order of writing. */
  readonly summaries: { readonly step: string; readonly text: string }[];
  /** What the steps printed. */
  output: string;
}

const result = z.enum(['success', 'failure', 'skipped', 'cancelled']);
const entry = z.looseObject({
  job: z.string().default(''),
  jobID: z.string(),
  matrix: z.record(z.string(), z.unknown()).nullish(),
  step: z.string().default(''),
  stepID: z.array(z.string()).optional(),
  stage: z.string().optional(),
  jobResult: result.optional(),
  stepResult: result.optional(),
  command: z.string().optional(),
  name: z.string().optional(),
  arg: z.string().default(''),
  kvPairs: z.record(z.string(), z.string()).nullish(),
  content: z.string().default(''),
  raw_output: z.boolean().default(false),
  msg: z.string().default(''),
});
type Entry = z.infer<typeof entry>;

/** The jobs in the log that `act --json` writes, one JSON object a line; lines of other shapes are about no job. */
export function readActLog(log: string): Record<string, ActJob> {
  const jobs: Record<string, ActJob> = {};
  for (const line of log.split('\n')) {
    const parsed = entry.safeParse(jsonOrNothing(line));
    if (parsed.success) note(jobs, parsed.data);
  }
  for (const job of Object.values(jobs)) job.result = legResult(job);
  return jobs;
}

function note(jobs: Record<string, ActJob>, line: Entry): void {
  const matrix = line.matrix ?? {};
  const name = Object.keys(matrix).length === 0 ? line.jobID : `${line.jobID} ${JSON.stringify(matrix)}`;
  jobs[name] ??= {
    id: line.jobID,
    matrix,
    result: undefined,
    steps: {},
    annotations: [],
    masks: [],
    summaries: [],
    output: '',
  };
  const job = jobs[name];
  if (line.jobResult !== undefined) job.result = line.jobResult;
  if (line.raw_output) job.output += line.msg;
  if (line.command === 'add-mask') job.masks.push(line.arg);
  if (line.command === 'notice' || line.command === 'warning' || line.command === 'error') {
    const { title, file, line: at } = line.kvPairs ?? {};
    job.annotations.push({ level: line.command, message: line.arg, title, file, line: at });
  }
  if (line.stepID !== undefined) noteStep(job, line.stepID.join('/'), line);
}

function noteStep(job: ActJob, id: string, line: Entry): void {
  job.steps[id] ??= { name: line.step, result: undefined, continued: false, outputs: {} };
  const step = job.steps[id];
  if (line.command === 'summary') job.summaries.push({ step: id, text: line.content });
  if (line.command === 'set-output' && line.name !== undefined) step.outputs[line.name] = line.arg;
  if (line.stepResult !== undefined && line.stage === 'Main') step.result = line.stepResult;
  if (line.msg.startsWith('Failed but continue')) step.continued = true;
}

/** The job's summary as GitHub shows it. act tells what was written inside a composite a second time for the composite itself. */
export function summaryOf({ summaries }: ActJob): string {
  const own = summaries.filter(({ step }) => !summaries.some((other) => other.step.startsWith(`${step}/`)));
  return own.map(({ text }) => text).join('');
}

/** After one leg of a matrix failed, act calls the later ones failed too; so a leg is judged by its steps. */
function legResult(job: ActJob): ActResult | undefined {
  if (job.result !== 'failure' || Object.keys(job.matrix).length === 0) return job.result;
  return Object.values(job.steps).some((step) => step.result === 'failure' && !step.continued) ? 'failure' : 'success';
}

function jsonOrNothing(line: string): unknown {
  try {
    return line.startsWith('{') ? JSON.parse(line) : undefined;
  } catch {
    return undefined;
  }
}
