import { type PrivacyContract, UserError } from '@modelgate/core';
import { type ContractWorld, type DataMeasurement, type Found, measured, type RuleIdentity } from './measurement.ts';
import { findPersonalData, type PersonalDataKind } from './personal-data.ts';
import { words } from './privacy-kinds.ts';
import { isLuck } from './privacy-luck.ts';
import { named } from './source-column.ts';

/** What was found of one kind in all lines. */
interface Tally {
  values: number;
  confirmed: number;
  lines: number;
  readonly files: Map<string, number>;
}

/** Text files line by line, in one pass for all kinds. */
export async function measureLogs(
  patterns: readonly string[],
  rule: PrivacyContract,
  kinds: readonly PersonalDataKind[],
  identity: (id: string) => RuleIdentity,
  world: ContractWorld,
): Promise<readonly DataMeasurement[]> {
  if (kinds.length === 0)
    return [
      await measured(identity('privacy.logs'), () => {
        throw new UserError(
          'contract-invalid',
          'Names, dates of birth and addresses are told by a column’s name, and logs have no columns.',
          {
            how: 'Forbid kinds that are told by their shape, such as email.',
          },
        );
      }),
    ];
  let searched: Promise<Searched> | undefined;
  return Promise.all(
    kinds.map((kind) =>
      measured(identity(`privacy.logs.${kind}`), async () => {
        searched ??= search(patterns, kinds, world);
        return found(kind, await searched, rule);
      }),
    ),
  );
}

interface Searched {
  readonly lines: number;
  readonly tallies: ReadonlyMap<PersonalDataKind, Tally>;
}

async function search(
  patterns: readonly string[],
  kinds: readonly PersonalDataKind[],
  world: ContractWorld,
): Promise<Searched> {
  const tallies = new Map(
    kinds.map((kind): [PersonalDataKind, Tally] => [kind, { values: 0, confirmed: 0, lines: 0, files: new Map() }]),
  );
  const seen = new Set<string>();
  let lines = 0;
  for (const pattern of patterns)
    for await (const { file, lines: all } of world.lines(pattern)) {
      if (seen.has(file)) continue;
      seen.add(file);
      for await (const line of all) {
        lines += 1;
        if (!mayHold.test(line)) continue;
        for (const { kind, values, confirmed } of findPersonalData([line], kinds)) {
          const tally = tallies.get(kind);
          if (tally === undefined || values === 0) continue;
          tally.values += values;
          tally.confirmed += confirmed;
          if (confirmed === 0) continue;
          tally.lines += 1;
          tally.files.set(file, (tally.files.get(file) ?? 0) + 1);
        }
      }
    }
  return { lines, tallies };
}

/** Every kind has an @, or two digits or a colon with hexadecimal around it. */
const mayHold = /@|\d\D{0,3}\d|[\dA-Fa-f]:/;

function found(kind: PersonalDataKind, { lines, tallies }: Searched, rule: PrivacyContract): Found {
  const tally = tallies.get(kind);
  const luck = tally === undefined || isLuck(kind, tally.values, tally.confirmed);
  const [most] = [...(tally?.files ?? [])].toSorted((a, b) => b[1] - a[1]);
  const files = tally?.files.size ?? 0;
  const where =
    most === undefined
      ? ''
      : files === 1
        ? `in ${named(most[0])}`
        : `in ${files} files, most of them in ${named(most[0])}`;
  return {
    kind: 'counted',
    breaks: `a log holds ${words[kind]}`,
    failing: luck ? 0 : tally.lines,
    of: lines,
    unit: 'line',
    allowed: rule['at-most'],
    ...(luck || most === undefined ? {} : { extra: where }),
    sampleShows: 'share',
    suppressBelow: rule['suppress-below'],
  };
}
