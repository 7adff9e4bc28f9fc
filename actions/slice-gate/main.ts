import { runGates } from '@modelgate/action';
import { sliceGate } from '@modelgate/comparison';
import { inputs } from './inputs.ts';

await runGates(inputs, sliceGate);
