import { designStudies } from './designs.ts';
import { enumeratedStudies } from './enumerated.ts';
import { familyStudies } from './families.ts';
import { numberStudies } from './numbers.ts';
import { unpairedStudies } from './samples-apart.ts';
import { scoreStudies } from './scores.ts';
import { simulatedStudies } from './simulated.ts';
import type { Study } from './study.ts';

/** All that the page shows. */
export const studies: readonly Study[] = [
  ...enumeratedStudies,
  ...simulatedStudies,
  ...scoreStudies,
  ...numberStudies,
  ...designStudies,
  ...unpairedStudies,
  ...familyStudies,
];
