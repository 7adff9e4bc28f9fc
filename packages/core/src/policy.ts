import * as z from 'zod';
import { closed } from './closed-object.ts';
import { type DataGate, dataGateSchema } from './data-gate.ts';
import { type EvaluationGate, evaluationGateSchema, examplesSchema } from './evaluation-gate.ts';
import { evidencePolicySchema } from './evidence-policy.ts';
import { PolicyError } from './policy-error.ts';
import { checked } from './schema-problems.ts';
import { share } from './section-rule.ts';
import { type SliceGate, sliceGateSchema } from './slice-gate.ts';
import { inconclusivePolicies, type OnInconclusive } from './status.ts';
import { nearest } from './suggestion.ts';
import { parseYaml, type YamlDocument } from './yaml-document.ts';

const identifier = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/);

/** Kinds of the grammar that a later version builds: a policy that asks for one is refused in these words. */
const laterKinds = ['image', 'rollout'];
const kinds = ['evaluation', 'data', 'slices'];
const available = `available: ${kinds.join(', ')}`;

const gate = z.discriminatedUnion('kind', [evaluationGateSchema, dataGateSchema, sliceGateSchema], {
  error: (issue) => {
    const kind =
      typeof issue.input === 'object' && issue.input !== null && 'kind' in issue.input
        ? String(issue.input.kind)
        : undefined;
    if (kind === undefined) return `has no \`kind\`; ${available}`;
    if (laterKinds.includes(kind)) {
      return `gates of kind ${kind} are not available yet in this version of Modelgate; ${available}`;
    }
    const near = nearest(kind, [...kinds, ...laterKinds]);
    return `"${kind.slice(0, 40)}" is not a kind of gate; ${near === undefined ? available : `did you mean ${near}?`}`;
  },
});

const stage = closed({
  gates: z.array(identifier).optional().describe('The gates of this stage; default: all.'),
  'on-inconclusive': z.enum(inconclusivePolicies).optional(),
  sample: z
    .record(
      identifier,
      share.refine((one) => one > 0, 'is no part of the rows'),
    )
    .default({})
    .describe(
      'How much of the table a data gate looks at in this stage: { training-data: 5% }. Later stages look at all.',
    ),
});

/** The grammar of `modelgate.yml`. */
export const policySchema = closed({
  version: z.literal(1),
  name: identifier.describe('Identity of comment, check runs and evidence; a monorepo has several policies.'),
  subject: closed({
    model: z
      .string()
      .min(1)
      .describe('Path of the model: a file, or a folder with all that belongs to it. Evidence is about its digest.'),
  }).optional(),
  confidence: z
    .number()
    .min(0.5, 'is below 0.5')
    .max(0.999, 'is above 0.999')
    .default(0.95)
    .describe('Two-sided level of the interval that is shown; each bound decides at half of the rest.'),
  examples: z.record(identifier, examplesSchema).default({}),
  gates: z
    .record(identifier, gate)
    .refine((all) => Object.keys(all).length > 0, { message: 'is empty: a policy without a gate shows nothing' }),
  stages: z.record(identifier, stage).default({}),
  waivers: z.string().min(1).default('.modelgate/waivers.yml').describe('Path of the waiver file.'),
  evidence: evidencePolicySchema
    .prefault({})
    .describe('What later stages ask of the evidence of these gates: who signed, where, how long ago.'),
}).superRefine((policy, context) => {
  for (const [id, one] of Object.entries(policy.gates)) {
    if (one.kind === 'slices') {
      const problem = divided(one.of, policy.gates);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem, path: ['gates', id, 'of'] });
    }
    if (one.kind !== 'evaluation') continue;
    if (typeof one.examples !== 'string' || Object.hasOwn(policy.examples, one.examples)) continue;
    context.addIssue({
      code: 'custom',
      message: `"${one.examples}" is not an entry of \`examples\`${suggestion(one.examples, Object.keys(policy.examples))}`,
      path: ['gates', id, 'examples'],
    });
  }
  for (const [id, one] of Object.entries(policy.stages)) {
    for (const [index, gateId] of (one.gates ?? []).entries()) {
      if (Object.hasOwn(policy.gates, gateId)) continue;
      context.addIssue({
        code: 'custom',
        message: `"${gateId}" is not a gate of this policy${suggestion(gateId, Object.keys(policy.gates))}`,
        path: ['stages', id, 'gates', index],
      });
    }
    for (const gateId of Object.keys(one.sample)) {
      if (policy.gates[gateId]?.kind === 'data') continue;
      context.addIssue({
        code: 'custom',
        message: Object.hasOwn(policy.gates, gateId)
          ? `"${gateId}" judges no table: only gates of kind data take a sample`
          : `"${gateId}" is not a gate of this policy${suggestion(gateId, Object.keys(policy.gates))}`,
        path: ['stages', id, 'sample', gateId],
      });
    }
  }
});

/** Why the rows of this gate cannot be divided; undefined where they can. */
function divided(of: string, gates: Readonly<Record<string, Gate>>): string | undefined {
  const gate = Object.hasOwn(gates, of) ? gates[of] : undefined;
  const evaluations = Object.keys(gates).filter((id) => gates[id]?.kind === 'evaluation');
  if (gate === undefined) return `"${of}" is not a gate of this policy${suggestion(of, evaluations)}`;
  if (gate.kind !== 'evaluation')
    return `"${of}" is a gate of kind ${gate.kind}: groups are made of the rows of a gate of kind evaluation${suggestion(of, evaluations)}`;
  if (gate.candidate.file !== undefined) return `"${of}" judges a metrics file, which has no rows to divide`;
  if (gate.examples === undefined)
    return `"${of}" names no \`examples\`: groups are made of the columns of the golden table, never of the candidate's`;
  if (gate.task === 'behavioral')
    return `"${of}" holds tests of behaviour, which are groups already: write a check for each`;
  return undefined;
}

function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  if (near !== undefined) return `; did you mean ${near}?`;
  return known.length === 0 ? '; there is none' : `; known: ${known.join(', ')}`;
}

export type Policy = z.infer<typeof policySchema>;
export type Gate = EvaluationGate | DataGate | SliceGate;

/** A policy and the document it came from, which knows on which line each rule stands. */
export interface PolicyDocument {
  readonly policy: Policy;
  readonly document: YamlDocument;
}

/**
 * Reads a policy.
 *
 * @param text the file's text
 * @param file the name that messages show
 * @throws PolicyError with every problem at once, each with line, column and, for a misspelt word, the nearest known one
 */
export function parsePolicy(text: string, file: string): PolicyDocument {
  const document = parseYaml(text, file);
  return { policy: checked(policySchema, document), document };
}

/** What a `rules` input holds: one gate, its kind implied, as if it stood alone in a policy called `rules`. */
export function parseRules(text: string, kind: Gate['kind']): PolicyDocument {
  const file = 'rules input';
  const document = parseYaml(text, file);
  if (typeof document.value !== 'object' || document.value === null || Array.isArray(document.value)) {
    throw PolicyError.of(file, 'is not a mapping: write the keys of one gate, e.g. "candidate:" and "checks:"');
  }
  const value = { version: 1, name: 'rules', gates: { [kind]: { kind, ...document.value } } };
  const depth = 2;
  const nested: YamlDocument = {
    value,
    locate: (path) => document.locate(path.slice(depth)),
    find: (path) => document.find(path.slice(depth)),
  };
  return { policy: checked(policySchema, nested), document: nested };
}

/** The gates of a stage, in the policy's order, and what it does with `inconclusive`. */
export function stageOf(
  policy: Policy,
  stageName: string,
): {
  gates: string[];
  onInconclusive: OnInconclusive | undefined;
  /** By gate, in (0, 1]; a gate that is not named is judged by all rows. */
  sample: Readonly<Record<string, number>>;
} {
  const declared = policy.stages[stageName];
  const wanted = declared?.gates;
  const gates = Object.keys(policy.gates).filter((id) => wanted === undefined || wanted.includes(id));
  return { gates, onInconclusive: declared?.['on-inconclusive'], sample: declared?.sample ?? {} };
}
