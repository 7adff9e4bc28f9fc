import { runGates } from '@modelgate/action';
import { dataGate } from '@modelgate/data-contracts';
import { inputs } from './inputs.ts';

await runGates(inputs, dataGate);
