import type { openTables } from '@modelgate/tables';
import type { DataRequest, DataWorld } from './check-data.ts';

type Engine = Parameters<typeof openTables>[0];

/**
 * The data gate as the frame of an action, or the command line, runs it. Everything behind it is loaded by the first
 * run, so that a step that has nothing to judge ends at once.
 */
export const dataGate = {
  kind: 'data',
  run: async (request: DataRequest, world: Omit<DataWorld, 'openTables'> & { readonly engine: Engine }) => {
    const { checkData } = await import('./check-data.ts');
    const openTables = async (remote: Engine['remote']) =>
      (await import('@modelgate/tables')).openTables({ ...world.engine, ...(remote === undefined ? {} : { remote }) });
    return await checkData(request, { ...world, openTables });
  },
} as const;
