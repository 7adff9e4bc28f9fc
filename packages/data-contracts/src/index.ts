// types only, beside the gate and the tools: what they run is loaded by its first use
export type { DataRequest, DataWorld } from './check-data.ts';
export { importedContract, inferredContract, profileText } from './contract-tools.ts';
export { dataGate } from './data-gate.ts';
