import type { DataContract } from '@modelgate/core';
import type { Source } from '@modelgate/tables';
import type { DataMeasurement, Fact } from './measurement.ts';
import { named } from './source-column.ts';
import { type ContractSituation, extraColumns, type StructureFinding, structureFindings } from './structure.ts';

/**
 * What the columns of a table tell by themselves: of each column of the contract whether it is there and of its type,
 * columns that the contract does not know, and their order. A column that is not expected here and now says nothing.
 */
export function structureMeasurements(
  contract: DataContract,
  source: Source,
  situation: ContractSituation,
): readonly DataMeasurement[] {
  const findings = structureFindings(contract, source.columns, source.format, situation);
  return [
    ...columnFacts(contract, source, findings),
    ...extraFact(contract, findings),
    ...orderFact(contract, findings),
  ];
}

function columnFacts(
  contract: DataContract,
  source: Source,
  findings: readonly StructureFinding[],
): readonly DataMeasurement[] {
  const there = new Set(source.columns.map(({ name }) => name));
  return Object.entries(contract.columns).flatMap(([name, column]) => {
    const of = (...kinds: readonly StructureFinding['kind'][]) =>
      findings.find((one) => one.column === name && one.path[0] === 'columns' && kinds.includes(one.kind));
    const rule = {
      path: ['columns', name],
      column: name,
      level: column.level,
      ...(column.why === undefined ? {} : { why: column.why }),
    };
    const gone = of('missing', 'forbidden', 'late');
    const facts: DataMeasurement[] = [];
    if (gone !== undefined) facts.push({ ...rule, id: `columns.${name}`, found: broken(gone) });
    else if (there.has(name))
      facts.push({ ...rule, id: `columns.${name}`, found: holds(`the column ${named(name)} is there`) });
    else if (column.absent)
      facts.push({ ...rule, id: `columns.${name}`, found: holds(`there is no column ${named(name)}`) });
    const leaving = of('early');
    if (leaving !== undefined)
      facts.push({
        ...rule,
        id: `columns.${name}.until`,
        path: [...rule.path, 'until'],
        level: leaving.level,
        found: broken(leaving),
      });
    const retyped = of('re-typed');
    if (retyped !== undefined)
      facts.push({ ...rule, id: `columns.${name}.type`, path: [...rule.path, 'type'], found: broken(retyped) });
    return facts;
  });
}

function extraFact(contract: DataContract, findings: readonly StructureFinding[]): readonly DataMeasurement[] {
  const level = extraColumns(contract);
  if (level === 'allow') return [];
  const extra = findings.filter(({ kind }) => kind === 'unexpected');
  const [first, ...more] = extra;
  const rule = { id: 'extra-columns', path: ['extra-columns'], level } as const;
  if (first === undefined) return [{ ...rule, found: holds('the contract knows every column') }];
  if (more.length === 0) return [{ ...rule, column: first.column, found: broken(first) }];
  const shown = extra.slice(0, 5).map(({ column }) => named(column));
  const rest = extra.length - shown.length;
  const words = `the contract does not know ${extra.length} columns: ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return [{ ...rule, found: { kind: 'fact', holds: false, words } }];
}

function orderFact(contract: DataContract, findings: readonly StructureFinding[]): readonly DataMeasurement[] {
  if (!contract.order) return [];
  const [first] = findings.filter(({ kind }) => kind === 'out-of-order');
  const rule = { id: 'order', path: ['order'], level: 'fail' } as const;
  return [
    { ...rule, found: first === undefined ? holds('the columns come in the order of the contract') : broken(first) },
  ];
}

function holds(words: string): Fact {
  return { kind: 'fact', holds: true, words };
}

function broken({ words, how }: StructureFinding): Fact {
  return { kind: 'fact', holds: false, words, ...(how === undefined ? {} : { how }) };
}
