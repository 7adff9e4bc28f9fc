import { type ContractWorld, type DataMeasurement, measured, type RuleIdentity } from './measurement.ts';
import { measureAnonymity } from './privacy-anonymity.ts';
import { measureColumns } from './privacy-columns.ts';
import { measureDeclared } from './privacy-declared.ts';
import { forbiddenKinds } from './privacy-kinds.ts';
import { measureLogs } from './privacy-logs.ts';

/** `privacy`: what must not be there, and how well those who are there hide among each other. */
export async function measurePrivacy(world: ContractWorld): Promise<readonly DataMeasurement[]> {
  const { privacy } = world.contract;
  if (privacy === undefined) return [];
  const { forbid, logs, 'k-anonymity': anonymity, 'differential-privacy': declared } = privacy;
  const all: DataMeasurement[] = [];
  if (forbid !== undefined) {
    const kinds = forbiddenKinds(forbid);
    const inColumns = (id: string, column?: string) => identity(id, ['forbid'], privacy, column);
    all.push(...(await measureColumns(privacy, kinds, inColumns, world)));
    const inLogs = (id: string) => identity(id, ['logs'], privacy);
    if (logs !== undefined) all.push(...(await measureLogs(logs, privacy, kinds.byValue, inLogs, world)));
  }
  if (anonymity !== undefined) {
    const rule = identity('privacy.k-anonymity', ['k-anonymity'], anonymity);
    all.push(await measured(rule, () => measureAnonymity(anonymity, privacy['suppress-below'], world)));
  }
  if (declared !== undefined) {
    const rule = identity('privacy.differential-privacy', ['differential-privacy'], declared);
    all.push(...(await measureDeclared(declared, rule, world)));
  }
  return all;
}

function identity(
  id: string,
  path: readonly string[],
  { level, why }: Pick<RuleIdentity, 'level'> & { readonly why?: string | undefined },
  column?: string,
): RuleIdentity {
  return {
    id,
    path: ['privacy', ...path],
    level,
    ...(column === undefined ? {} : { column }),
    ...(why === undefined ? {} : { why }),
  };
}
