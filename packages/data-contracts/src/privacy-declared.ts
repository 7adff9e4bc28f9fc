import { type PrivacyContract, parseYaml, UserError } from '@modelgate/core';
import * as z from 'zod';
import { type ContractWorld, type DataMeasurement, type Found, measured, type RuleIdentity } from './measurement.ts';
import { excerpt } from './single-line.ts';

type DeclaredRule = NonNullable<PrivacyContract['differential-privacy']>;

/** YAML takes some ways to write 1e-5 for text. */
const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d*\.?\d+([eE][-+]?\d+)?$/)
    .transform(Number),
]);

const declaration = z.looseObject({
  epsilon: number.refine((value) => value >= 0, 'is negative'),
  delta: number.refine((value) => value >= 0 && value < 1, 'is not in [0, 1)').optional(),
});

/** What training declared of its differential privacy, against limits. Nothing in the data shows that it was kept. */
export async function measureDeclared(
  rule: DeclaredRule,
  identity: RuleIdentity,
  world: ContractWorld,
): Promise<readonly DataMeasurement[]> {
  let read: Promise<z.infer<typeof declaration>> | undefined;
  const declared = () => {
    read ??= readDeclaration(rule.declared, world);
    return read;
  };
  const at = (part: 'epsilon' | 'delta'): RuleIdentity => ({
    ...identity,
    id: `${identity.id}.${part}`,
    path: [...identity.path, `${part}-at-most`],
  });
  const epsilon = await measured(at('epsilon'), async () =>
    limited('declared ε of differential privacy', (await declared()).epsilon, rule['epsilon-at-most']),
  );
  const most = rule['delta-at-most'];
  if (most === undefined) return [epsilon];
  const delta = await measured(at('delta'), async () => {
    const { delta: value } = await declared();
    if (value !== undefined) return limited('declared δ of differential privacy', value, most);
    throw new UserError('value-missing', `${excerpt(rule.declared)} declares no delta.`, {
      how: 'Write `delta: 0` where privacy is pure.',
    });
  });
  return [epsilon, delta];
}

function limited(what: string, value: number, most: number): Found {
  // Declared for the whole, however many of its rows are looked at.
  return { kind: 'number', what, value, limits: { atMost: most }, standardError: 0 };
}

async function readDeclaration(file: string, world: ContractWorld): Promise<z.infer<typeof declaration>> {
  const text = await world.readText(file);
  const parsed = declaration.safeParse(parsedValue(text, file));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  const why = issue?.code === 'custom' ? issue.message : 'is no number';
  throw new UserError(
    'file-unreadable',
    field === '' ? `${excerpt(file)} holds no parameters.` : `${field} in ${excerpt(file)} ${why}.`,
    { how: 'Training writes { "epsilon": 3.2, "delta": 1e-5 } into it.', where: { file } },
  );
}

/** JSON may be indented with tabs, which YAML does not take. */
function parsedValue(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parseYaml(text, file).value;
  }
}
