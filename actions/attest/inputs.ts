export { attestInputs as inputs } from '@modelgate/action';

export const outputs = {
  level: 'How much the evidence is worth: witnessed, attested, advisory (nothing was signed), or none.',
  subject: 'Digest of the model that it is about, sha256:….',
  evidence: 'Path of the folder with the signed statements; one line a policy.',
  artifact: 'Name of the artifact that holds them; one line a policy.',
} as const;
