import * as z from 'zod';
import { closed } from './closed-object.ts';
import type { Policy } from './policy.ts';
import { PolicyError } from './policy-error.ts';
import { checked } from './schema-problems.ts';
import { nearest } from './suggestion.ts';
import type { Location } from './user-error.ts';
import { parseYaml } from './yaml-document.ts';

const waiverFileSchema = closed({
  version: z.literal(1),
  waivers: z.array(
    closed({
      check: z
        .string()
        .regex(/^[^/]+\/[^/]+$/, 'must be gate/check, e.g. quality/f1')
        .describe('Scope: one check of one gate, as gate/check.'),
      owner: z.string().min(1, 'is empty: a waiver needs someone to ask').describe('Who answers for it.'),
      reason: z.string().min(10, 'is too short to tell anybody why'),
      expires: z.iso
        .date({ error: () => 'must be a date like 2026-12-31' })
        .describe('Last day on which it holds (UTC).'),
    }),
  ),
});

/** A written, owned, expiring permission for one check to fail. */
export interface Waiver {
  readonly gate: string;
  readonly check: string;
  readonly owner: string;
  readonly reason: string;
  /** Last day on which it holds, YYYY-MM-DD, UTC. */
  readonly expires: string;
  readonly where: Location;
}

/**
 * Reads the waiver file of a policy.
 *
 * @throws PolicyError for any mistake, and for a waiver of a check that the policy does not have: it would wait
 *         unseen for a check of that name
 */
export function parseWaivers(text: string, file: string, policy: Policy): Waiver[] {
  const document = parseYaml(text, file);
  const { waivers } = checked(waiverFileSchema, document);
  const known = Object.entries(policy.gates).flatMap(([id, gate]) =>
    gate.kind === 'data' ? [] : Object.keys(gate.checks).map((check) => `${id}/${check}`),
  );
  // the rules of a data gate stand in its contract, which is read with the gate
  const isOfContract = (check: string) => policy.gates[check.split('/')[0] ?? '']?.kind === 'data';
  return waivers.map((one, index) => {
    const where = document.locate(['waivers', index, 'check']);
    if (!known.includes(one.check) && !isOfContract(one.check)) {
      const near = nearest(one.check, known);
      const advice = near === undefined ? `known: ${known.join(', ')}` : `did you mean ${near}?`;
      throw new PolicyError([{ message: `"${one.check}" is not a check of this policy`, where, how: advice }]);
    }
    const [gate = '', ...rest] = one.check.split('/');
    const check = rest.join('/');
    return { gate, check, owner: one.owner, reason: one.reason, expires: one.expires, where };
  });
}

/** Whether a waiver still holds: it does until the end of its last day, UTC. */
export function isLive(waiver: Pick<Waiver, 'expires'>, now: Date): boolean {
  return now.toISOString().slice(0, 10) <= waiver.expires;
}
