import { type ChangeEffect, PolicyError, parseYaml } from '@modelgate/core';

/** One thing that a change does to how the gates are run. */
export interface WorkflowChange {
  readonly file: string;
  readonly effect: ChangeEffect;
  /** A predicate of the file: "changes a step of Modelgate: `comment: false` added". */
  readonly words: string;
}

/** Workflows and actions: what of a repository runs by itself. */
export function isRunFile(path: string): boolean {
  return /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path) || /(^|\/)action\.ya?ml$/.test(path);
}

/**
 * What a change does to a workflow or action that runs Modelgate; nothing where neither side mentions it. Whatever could
 * keep a gate from running, or its result from counting, is named as loosened.
 *
 * @param texts before and after; undefined where there is no such file
 * @param policyPaths the policy and its waivers: who mentions them may write them
 */
export function workflowChanges(
  file: string,
  [before, after]: readonly [string | undefined, string | undefined],
  policyPaths: readonly string[],
): WorkflowChange[] {
  const told = (effect: ChangeEffect, words: string): WorkflowChange => ({ file, effect, words });
  const mentions = (text: string | undefined) =>
    text !== undefined && (/modelgate/i.test(text) || policyPaths.some((path) => text.includes(path)));
  if (!mentions(before) && !mentions(after)) return [];
  const what = file.startsWith('.github/workflows/') ? 'a workflow' : 'an action';
  if (after === undefined) return [told('loosened', `is removed: ${what} that ran Modelgate`)];
  if (before === undefined) return [told('changed', `is new: ${what} that runs Modelgate`)];
  const [from, to] = [understood(before), understood(after)];
  const changes = `changes ${what} that runs Modelgate`;
  if (from === undefined || to === undefined) return [told('loosened', `${changes}, in YAML that is not read here`)];
  if (JSON.stringify(from) === JSON.stringify(to)) return [];
  const named = [...triggerChanges(from, to), ...jobChanges(from, to)].map(({ effect, words }) => told(effect, words));
  return named.length === 0 ? [told('changed', changes)] : named;
}

type Told = Omit<WorkflowChange, 'file'>;
type Mapping = Readonly<Record<string, unknown>>;

/** Anchors and other things that our reader of policies does not take are no reason to be silent. */
function understood(text: string): Mapping | undefined {
  try {
    return mapping(parseYaml(text, 'workflow').value);
  } catch (error) {
    if (error instanceof PolicyError) return undefined;
    throw error;
  }
}

function triggerChanges(from: Mapping, to: Mapping): Told[] {
  const [before, after] = [eventsOf(from['on']), eventsOf(to['on'])];
  const lost = before.filter((event) => !after.includes(event));
  const gained = after.filter((event) => !before.includes(event));
  return [
    ...lost.map((event): Told => ({ effect: 'loosened', words: `no longer runs on \`${event}\`` })),
    ...gained.map((event): Told => {
      return { effect: event === 'pull_request_target' ? 'loosened' : 'changed', words: `now runs on \`${event}\`` };
    }),
    ...after.flatMap((event): Told[] => {
      const same = isSame(mapping(from['on'])[event], mapping(to['on'])[event]);
      if (same || !before.includes(event)) return [];
      return [{ effect: 'loosened', words: `changes when \`${event}\` runs it` }];
    }),
  ];
}

function eventsOf(on: unknown): string[] {
  if (typeof on === 'string') return [on];
  return Array.isArray(on) ? on.map(String) : Object.keys(mapping(on));
}

/** A step, with the job that it is in; the steps of an action are in a job without a name. */
interface Step {
  readonly job: string;
  readonly keys: Mapping;
}

function jobChanges(from: Mapping, to: Mapping): Told[] {
  const [before, after] = [stepsOf(from), stepsOf(to)];
  const left = [...after];
  const pairs = before.map((step) => {
    const found = nearest(step, left);
    if (found !== undefined) left.splice(left.indexOf(found), 1);
    return [step, found] as const;
  });
  const jobs = new Set(before.map(({ job }) => job).filter((job) => job !== ''));
  return [
    ...pairs.flatMap(([step, found]) => stepChanges(step, found)),
    ...left.map((step): Told => ({ effect: 'changed', words: `has a new step of Modelgate${inJob(step)}` })),
    ...[...jobs].flatMap((job) =>
      jobKeyChanges(job, mapping(mapping(from['jobs'])[job]), mapping(mapping(to['jobs'])[job])),
    ),
  ];
}

/** Steps of Modelgate; a job that calls a reusable workflow of it counts as one. */
function stepsOf(workflow: Mapping): Step[] {
  const jobs = Object.entries(mapping(workflow['jobs'])).flatMap(([job, value]) => {
    const keys = mapping(value);
    const own = list(keys['steps']).map((step): Step => ({ job, keys: mapping(step) }));
    return keys['uses'] === undefined ? own : [{ job, keys }, ...own];
  });
  const runs = list(mapping(workflow['runs'])['steps']).map((step): Step => ({ job: '', keys: mapping(step) }));
  return [...jobs, ...runs].filter(({ keys: { uses, run } }) => {
    if (typeof uses === 'string' && /modelgate/i.test(uses)) return true;
    return typeof run === 'string' && commandLine.test(run);
  });
}

/** `npx modelgate check`, and not a file whose name holds the word. */
const commandLine = /(?:^|[\s/@;&|])modelgate(?=$|[\s@;&|])/im;

/** The same step after the change: by its id or name, else by what it uses, in its own job before any other. */
function nearest({ job, keys }: Step, left: readonly Step[]): Step | undefined {
  const alike = (one: Step): boolean => {
    if (keys['id'] !== undefined && one.keys['id'] === keys['id']) return true;
    if (keys['name'] !== undefined && one.keys['name'] === keys['name']) return true;
    return keys['uses'] !== undefined && actionOf(one.keys) === actionOf(keys);
  };
  const same = left.filter((one) => one.job === job);
  return same.find((one) => isSame(one.keys, keys)) ?? same.find(alike) ?? left.find(alike);
}

function actionOf({ uses }: Mapping): string {
  return String(uses).replace(/@.*$/, '');
}

function stepChanges(step: Step, found: Step | undefined): Told[] {
  const { keys } = step;
  const what = String(keys['name'] ?? keys['id'] ?? keys['uses'] ?? 'a command');
  if (found === undefined) {
    return [{ effect: 'loosened', words: `removes a step of Modelgate${inJob(step)}: \`${what}\`` }];
  }
  const differ = [...new Set([...Object.keys(keys), ...Object.keys(found.keys)])].filter((key) => {
    return key !== 'name' && key !== 'id' && !isSame(keys[key], found.keys[key]);
  });
  return differ.flatMap((key) => {
    const told = key === 'with' ? inputChanges(keys, found.keys) : [keyChange(key, keys[key], found.keys[key])];
    return told.map(({ effect, words }) => ({ effect, words: `changes a step of Modelgate: ${words}` }));
  });
}

function inputChanges(from: Mapping, to: Mapping): Told[] {
  const [before, after] = [mapping(from['with']), mapping(to['with'])];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !isSame(before[key], after[key]))
    .map((key) => ({ effect: 'changed', words: difference(key, before[key], after[key]) }));
}

/** Keys of a step or job by which a gate could be left out, or go unheard. */
function keyChange(key: string, from: unknown, to: unknown): Told {
  const words = difference(key, from, to);
  if (key === 'if') return { effect: alwaysRuns(to) ? 'tightened' : 'loosened', words };
  if (key === 'continue-on-error')
    return { effect: to === undefined || to === false ? 'tightened' : 'loosened', words };
  if (key === 'uses') {
    const other = actionOf({ uses: from }) !== actionOf({ uses: to });
    return { effect: other ? 'loosened' : 'changed', words };
  }
  return { effect: 'changed', words };
}

function alwaysRuns(condition: unknown): boolean {
  const plain = condition === undefined ? '' : String(condition).replace(/^\$\{\{\s*|\s*\}\}$/g, '');
  return ['', 'true', 'always()', '!cancelled()'].includes(plain.replace(/\s/g, ''));
}

/** Of a job that is still there; the steps of one that is gone are told already. */
function jobKeyChanges(job: string, from: Mapping, to: Mapping): Told[] {
  if (Object.keys(to).length === 0 || from['uses'] !== undefined) return [];
  return [
    'if',
    'continue-on-error',
    'permissions',
    'needs',
    'container',
    'runs-on',
    'env',
    'strategy',
    'environment',
  ].flatMap((key) => {
    if (isSame(from[key], to[key])) return [];
    const { effect, words } = keyChange(key, from[key], to[key]);
    return [{ effect, words: `changes the job \`${job}\`, which runs Modelgate: ${words}` }];
  });
}

function inJob({ job }: Step): string {
  return job === '' ? '' : ` in job \`${job}\``;
}

/** "`comment: false` added", "`stage: nightly` removed", "`policy: a.yml` → `b.yml`". */
function difference(key: string, from: unknown, to: unknown): string {
  if (from === undefined) return `${pair(key, to)} added`;
  if (to === undefined) return `${pair(key, from)} removed`;
  return isShort(from) && isShort(to) ? `${pair(key, from)} → \`${String(to)}\`` : `\`${key}\` changed`;
}

function pair(key: string, value: unknown): string {
  return isShort(value) ? `\`${key}: ${String(value)}\`` : `\`${key}\``;
}

function isShort(value: unknown): boolean {
  if (typeof value === 'boolean' || typeof value === 'number') return true;
  return typeof value === 'string' && value.length <= 80 && !/[\n`]/.test(value);
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function mapping(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
