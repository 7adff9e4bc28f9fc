import * as z from 'zod';
import { withAlsoWritten } from './also-written.ts';
import { dataContractSchema } from './data-contract.ts';
import { policySchema } from './policy.ts';
import { verdictSchema } from './verdict.ts';

const draft = { target: 'draft-2020-12', override: withAlsoWritten } as const;

/** JSON Schema of `modelgate.yml`, for editors: what people may write, so the input side of every default. */
export function policyJsonSchema(): object {
  return {
    $id: 'https://github.com/modelgate/modelgate/schemas/policy.v1.json',
    title: 'Modelgate policy',
    ...z.toJSONSchema(policySchema, { ...draft, io: 'input' }),
  };
}

/** JSON Schema of a data contract, for editors. */
export function contractJsonSchema(): object {
  return {
    $id: 'https://github.com/modelgate/modelgate/schemas/contract.v1.json',
    title: 'Modelgate data contract',
    ...z.toJSONSchema(dataContractSchema, { ...draft, io: 'input' }),
  };
}

/** JSON Schema of `verdict.json`. */
export function verdictJsonSchema(): object {
  return {
    $id: 'https://github.com/modelgate/modelgate/schemas/verdict.v1.json',
    title: 'Modelgate verdict',
    ...z.toJSONSchema(verdictSchema, { ...draft, io: 'output' }),
  };
}
