import * as z from 'zod';
import { closed } from './closed-object.ts';
import { duration } from './duration.ts';
import { evidenceEvents, evidenceLevels, gatesWorkflow } from './evidence.ts';

const keyFile = closed({
  key: z.string().min(1).describe('Path of the public key (PEM), as cosign writes cosign.pub.'),
});

/**
 * What later stages, and `modelgate verify`, ask of evidence. Read at the base like the rest of the policy, so that a
 * change cannot choose who vouches for it.
 */
export const evidencePolicySchema = closed({
  'signed-by': z
    .union([z.enum(['github', 'sigstore']), keyFile], {
      error: () => 'is none of: github, sigstore, { key: cosign.pub }',
    })
    .default('github')
    .describe(
      "Who vouches for the signer: GitHub's attestations, the public Sigstore, or a key kept in a protected environment.",
    ),
  'trusted-root': z
    .string()
    .min(1)
    .optional()
    .describe(
      "Path of Sigstore's trust root, as `gh attestation trusted-root` prints it; not needed with a key. Committed, so that verifying asks nobody.",
    ),
  level: z.enum(evidenceLevels).default('attested'),
  workflow: z
    .string()
    .regex(
      /^[^/\s]+\/[^/\s]+\/\.github\/workflows\/[^/\s@]+\.ya?ml$/,
      'is no workflow: owner/repository/.github/workflows/name.yml',
    )
    .default(gatesWorkflow)
    .describe('The workflow whose attesting job signs.'),
  commits: z
    .array(z.string().regex(/^[0-9a-f]{40}$/, 'is no full commit SHA'))
    .min(1)
    .optional()
    .describe('Commits of that workflow that are trusted; default: any of its commits.'),
  refs: z
    .array(z.string().regex(/^refs\/(heads|tags)\/./, 'is no ref: write refs/heads/main'))
    .min(1)
    .optional()
    .describe('Refs of this repository whose runs count; default: the default branch.'),
  events: z.array(z.enum(evidenceEvents)).min(1).default(['push', 'schedule', 'workflow_dispatch']),
  'max-age': duration.default('30d').describe('Older evidence is refused; default 30d.'),
  unsigned: z
    .enum(['refuse', 'accept'])
    .default('refuse')
    .describe(
      'accept: verdicts of this repository count without a signature. Anybody who can start a run can make one.',
    ),
});

export type EvidencePolicy = z.infer<typeof evidencePolicySchema>;
