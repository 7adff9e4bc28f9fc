import { runGates } from '@modelgate/action';
import { evaluationGate } from '@modelgate/comparison';
import { inputs } from './inputs.ts';

await runGates(inputs, evaluationGate);
