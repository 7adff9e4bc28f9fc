import { measureCorpus, measureIndex } from './corpus-measurement.ts';
import { measureDrift } from './drift-measurement.ts';
import { measureLabels } from './label-measurement.ts';
import type { ContractWorld, DataMeasurement } from './measurement.ts';
import { measureParity } from './parity-measurement.ts';
import { measurePrivacy } from './privacy-measurement.ts';
import type { Profile } from './profile.ts';
import { measureSplits } from './split-measurement.ts';
import { measureTable } from './table-measurement.ts';

/** Every rule of a contract, measured, in the contract's order of sections. */
export async function measureContract(
  world: ContractWorld,
  { reference, index }: { readonly reference: Profile | undefined; readonly index: string | undefined },
): Promise<readonly DataMeasurement[]> {
  const measurements = [
    ...(await measureTable(world)),
    ...(await measureLabels(world)),
    ...(await measureSplits(world)),
    ...(await measureParity(world)),
    ...(await measureCorpus(world)),
    ...(index === undefined ? [] : await measureIndex(world, index)),
    ...(await measurePrivacy(world)),
    ...(reference === undefined ? [] : await measureDrift(world, reference)),
  ];
  if (measurements.length > 0) return measurements;
  // a contract whose every rule is meant for another environment or day has shown nothing
  const words = 'no rule of the contract applies here, so nothing was checked';
  return [
    { id: 'contract', path: [], level: 'fail', found: { kind: 'unmeasured', reason: 'contract-invalid', words } },
  ];
}
