import { type Level, PolicyError, parseDataContract, UserError } from '@modelgate/core';
import { both, isThere, column as sql } from './import-sql.ts';
import { type ColumnText, contractText, flow, identifierOf, percent, type Written } from './import-text.ts';

/** A rule of the other tool that the contract does not hold, or not wholly. */
export interface LeftOut {
  /** The rule as the other tool names it, and of what. */
  readonly what: string;
  readonly why: string;
  /** `file:line:column` of it. */
  readonly where?: string;
}

/** A rule of the other tool on its way into the contract. */
export interface Source {
  readonly what: string;
  readonly where?: string | undefined;
  readonly level?: Level | undefined;
  readonly why?: string | undefined;
  /** Share of the rows it looks at that may break it. */
  readonly failing?: number | undefined;
  /** SQL condition on the rows it looks at. */
  readonly when?: string | undefined;
}

/** The keys of a column that judge values and so stand under its `failing`. */
const underFailing: readonly string[] = ['in', 'not-in', 'range', 'not-pattern', 'format', 'length'];

/** What a condition on the rows of a column leaves as it is. */
const ofAllRows: readonly string[] = ['type', 'required', 'description', 'why', 'where'];

interface ColumnDraft {
  rules: Record<string, unknown>;
  level: Level | undefined;
  failing: number | undefined;
}

/**
 * A contract in the making. Each rule is tried against the grammar as it comes; one that the grammar refuses, or that a
 * column has no second place for, becomes a check of its own where it has words in SQL, and else is left out with the
 * reason. So the text at the end is always a contract that parses.
 */
export class ContractDraft {
  readonly name: string;
  description: string | undefined;
  extraColumns: 'allow' | 'warn' | 'fail' = 'allow';
  order = false;
  readonly left: LeftOut[] = [];
  readonly #columns = new Map<string, ColumnDraft>();
  readonly #checks = new Map<string, Written>();
  readonly #keys: unknown[] = [];
  #rows: Written | undefined;

  constructor(name: string) {
    this.name = identifierOf(name, 'imported');
  }

  leave({ what, where }: Pick<Source, 'what' | 'where'>, why: string): void {
    this.left.push({ what, why, ...(where === undefined ? {} : { where }) });
  }

  /** The columns so far, in their order. */
  get columnNames(): readonly string[] {
    return [...this.#columns.keys()];
  }

  has(column: string): boolean {
    return this.#columns.has(column);
  }

  /** Puts these columns first, in this order. */
  arrange(names: readonly string[]): void {
    const before = new Map(this.#columns);
    this.#columns.clear();
    for (const name of [...names, ...before.keys()]) {
      const one = before.get(name);
      if (one !== undefined) this.#columns.set(name, one);
    }
  }

  /** Names a column, with or without rules of it yet; false when the grammar cannot name it. */
  column(name: string, source: Source): boolean {
    if (this.#columns.has(name)) return true;
    const problem = problemOf({ columns: [{ name, rules: {} }] }, name);
    if (problem !== undefined) this.leave(source, problem);
    else this.#columns.set(name, { rules: {}, level: undefined, failing: undefined });
    return problem === undefined;
  }

  /**
   * Adds one rule to a column.
   *
   * @param otherwise the same rule as a SQL condition, for when the column has no place for it
   */
  rule(name: string, key: string, value: unknown, source: Source, otherwise?: string): void {
    if (!this.column(name, source)) return;
    // what has words in SQL is a check of its own then; a pattern has none that all engines share
    const some = source.when !== undefined && otherwise !== undefined;
    const problem = some ? someRows : this.#place(name, key, value, source);
    if (problem === undefined) return;
    if (key === 'unique' && source.when === undefined) {
      this.key([name], source);
      return;
    }
    if (key === 'increasing' && !problem.startsWith(refused)) {
      const strictly = value === 'strictly' ? { strictly: true } : {};
      this.check(`${name}-increasing`, { increasing: { column: name, ...strictly } }, source);
      return;
    }
    if (otherwise === undefined || problem.startsWith(refused)) {
      this.leave(source, problem.replace(refused, ''));
      return;
    }
    const there = /^(?:nullable|unique)$/.test(key) ? undefined : isThere(name);
    this.check(`${name}-${key}`, { expect: otherwise }, { ...source, when: both(source.when, there) });
  }

  /** Sets what a column says about itself rather than about its values. */
  describe(name: string, key: 'description' | 'required' | 'absent', value: unknown, source: Source): void {
    if (!this.column(name, source)) return;
    const one = this.#columns.get(name);
    if (one === undefined) return;
    const rules = { ...one.rules, [key]: value };
    const problem = problemOf({ columns: [{ name, rules }] }, name);
    if (problem === undefined) one.rules = rules;
    else this.leave(source, problem);
  }

  /** Adds a check of the table under an id made from `wish`. */
  check(wish: string, body: Written, source: Source): void {
    const { when, failing = 0, level, why } = source;
    const counted = body['sql'] === undefined ? 'failing' : 'returning';
    const written = {
      ...(when === undefined ? {} : { where: when }),
      ...body,
      ...(failing === 0 ? {} : { [counted]: percent(failing) }),
      ...(level === undefined || level === 'fail' ? {} : { level }),
      ...(why === undefined ? {} : { why }),
    };
    const problem = problemOf({ columns: [], checks: { it: written } });
    if (problem !== undefined) {
      this.leave(source, problem);
      return;
    }
    const same = [...this.#checks.values()].some((one) => flow(one) === flow(written));
    if (!same) this.#checks.set(this.#freeId(wish), written);
  }

  /** A key that must be unique. */
  key(columns: readonly string[], source: Source): void {
    const { failing = 0, level = 'fail', why } = source;
    const bare = failing === 0 && level === 'fail' && why === undefined;
    const written = {
      columns,
      ...(failing === 0 ? {} : { 'at-most': percent(failing) }),
      ...(level === 'fail' ? {} : { level }),
      ...(why === undefined ? {} : { why }),
    };
    const problem = problemOf({ columns: [], keys: [written] });
    if (problem === undefined) this.#keys.push(bare ? columns : written);
    else this.leave(source, problem);
  }

  /** Limits for the number of rows; returns why they are left out, if they are. */
  countRows(limits: Written, { level = 'fail', why }: Source): string | undefined {
    const rows = { ...limits, ...(level === 'fail' ? {} : { level }), ...(why === undefined ? {} : { why }) };
    if (Object.keys(limits).length === 0) return 'has no end: it lets any number of rows through';
    if (this.#rows !== undefined) return `a contract has one \`rows\`, and here it is ${flow(this.#rows)}`;
    const problem = problemOf({ columns: [], rows });
    if (problem === undefined) this.#rows = rows;
    return problem;
  }

  /**
   * No two rows with the same values in these columns, among the rows of a condition; returns why it is left out, if
   * it is.
   */
  repeated(columns: readonly string[], among: string, source: Source): string | undefined {
    if ((source.failing ?? 0) > 0)
      return 'of some rows only, a share that may repeat: `returning` is a share of all rows';
    const where = both(source.when, among);
    const counted = `select count(*) over (partition by ${columns.map(sql).join(', ')}) as n from this where ${where}`;
    const query = `select * from (${counted}) as counted where n > 1`;
    this.check(`${columns.join('-')}-unique`, { sql: query }, { ...source, when: undefined });
    return undefined;
  }

  /** Whether a column already holds rules of another level, which one column cannot mix. */
  clashes(column: string, { level = 'fail' }: Source): boolean {
    const held = this.#columns.get(column)?.level;
    return held !== undefined && held !== level;
  }

  /**
   * The contract as YAML.
   *
   * @throws UserError when nothing of the source can be asked in a contract, with what was left out
   */
  text(head: readonly string[], file: string): string {
    const columns = [...this.#columns].map(([name, one]): ColumnText => ({ name, rules: finished(one) }));
    const parts = {
      head,
      name: this.name,
      description: this.description,
      rows: this.#rows,
      extraColumns: this.extraColumns,
      order: this.order,
      keys: this.#keys,
      columns,
      checks: Object.fromEntries(this.#checks),
    };
    if (columns.length + this.#checks.size + this.#keys.length === 0 && this.#rows === undefined) {
      const reasons = this.left.map(({ what, why, where }) => `${where ?? file}: ${what}: ${why}`);
      throw new UserError('file-unreadable', `${file}: holds no rule that a contract can ask`, {
        where: { file },
        how: reasons.length === 0 ? 'it asks nothing at all' : `left out: ${reasons.join('; ')}`,
      });
    }
    const text = contractText(parts);
    parseDataContract(text, file);
    return text;
  }

  /** Undefined when the column took the rule, else why it has no place there. */
  #place(name: string, key: string, value: unknown, source: Source): string | undefined {
    const one = this.#columns.get(name);
    if (one === undefined) return 'no such column';
    const { failing = 0, level = 'fail', why, when } = source;
    const others = Object.keys(one.rules).filter((other) => !ofAllRows.includes(other));
    const looked = one.rules['where'];
    if (!ofAllRows.includes(key) && looked !== when && (looked !== undefined || others.length > 0))
      return when === undefined ? `the other rules of \`${name}\` look at some rows only` : someRows;
    if (one.level !== undefined && one.level !== level)
      return `the other rules of \`${name}\` are of level ${one.level}, this is of level ${level}, and a column has one`;
    const counted = underFailing.includes(key);
    if (counted && one.failing !== undefined && one.failing !== failing)
      return `the other rules of \`${name}\` let ${percent(one.failing)} of the rows break them`;
    const rules = { ...one.rules };
    if (when !== undefined) rules['where'] = when;
    const problem = write(rules, key, value, failing);
    if (problem !== undefined) return problem;
    const all = finished({ rules, level, failing: counted ? failing : one.failing });
    const wrong = problemOf({ columns: [{ name, rules: all }] }, name);
    // an intersection that lets nothing through is a contradiction of two rules: each by itself still says so
    if (wrong !== undefined) return one.rules[key] === undefined ? `${refused}${wrong}` : wrong;
    one.rules = rules;
    one.level = level;
    if (counted) one.failing = failing;
    if (why !== undefined && !String(rules['why'] ?? '').includes(why))
      one.rules['why'] = rules['why'] === undefined ? why : `${rules['why']}; ${why}`;
    return undefined;
  }

  #freeId(wish: string): string {
    const base = identifierOf(wish, 'check').slice(0, 55);
    let id = base;
    for (let count = 2; this.#checks.has(id); count++) id = `${base}-${count}`;
    return id;
  }
}

const someRows = 'looks at some rows only';

/** Marks what the grammar itself refuses, so that the same thing in SQL would be no better. */
const refused = '\u0000';

/** Writes one rule among those that stand there already; returns why it cannot, if so. */
function write(rules: Record<string, unknown>, key: string, value: unknown, failing: number): string | undefined {
  const before = rules[key];
  if (key === 'nullable' && failing === 0) {
    delete rules['nulls'];
    rules['nullable'] = false;
    return undefined;
  }
  if (key === 'nullable' || key === 'unique') {
    const word = key === 'nullable' ? 'nulls' : 'unique';
    const share = failing === 0 ? true : percent(failing);
    const strictest = key === 'nullable' ? rules['nullable'] === false : before === true;
    if (strictest) return undefined;
    if (share !== true && rules[word] !== undefined && rules[word] !== share) return `a column has one \`${word}\``;
    rules[word] = share;
    return undefined;
  }
  const matching = key === 'pattern' && failing > 0 ? { 'at-least': percent(1 - failing) } : undefined;
  if (key === 'pattern' && before !== undefined && flow(rules['matching']) !== flow(matching))
    return `a column has one \`pattern\`, and here it is ${flow(before)}`;
  if (before !== undefined && flow(before) !== flow(value)) {
    const merged = failing === 0 ? intersection(key, before, value) : undefined;
    if (merged === undefined) return `a column has one \`${key}\`, and here it is ${flow(before)}`;
    rules[key] = merged;
    return undefined;
  }
  rules[key] = value;
  if (matching !== undefined) rules['matching'] = matching;
  else if (failing > 0 && !underFailing.includes(key)) return `\`${key}\` holds for all rows or for none`;
  return undefined;
}

/** What meets both of two rules, where one rule can say it. */
function intersection(key: string, before: unknown, value: unknown): unknown {
  if (Array.isArray(before) && Array.isArray(value)) {
    if (key === 'in') return before.filter((one) => value.includes(one));
    if (key === 'not-in') return [...new Set([...before, ...value])];
  }
  if (key === 'not-pattern') return `(?:${String(before)})|(?:${String(value)})`;
  if (key !== 'range' && key !== 'length') return undefined;
  const sides = [before, value].filter((one) => typeof one === 'object' && one !== null);
  const ends = Object.assign({}, ...sides) as Record<string, unknown>;
  const twice = sides.reduce((sum, one) => sum + Object.keys(one).length, 0) > Object.keys(ends).length;
  const clash = ('min' in ends && 'above' in ends) || ('max' in ends && 'below' in ends);
  return twice || clash ? undefined : ends;
}

/** A column's rules as the grammar takes them. */
function finished({ rules, level, failing = 0 }: ColumnDraft): Written {
  return {
    ...rules,
    // beside `failing`, which is of all rules of a column, these two say that they mean none
    ...(failing > 0 && rules['nullable'] === false ? { nullable: undefined, nulls: 0 } : {}),
    ...(failing > 0 && rules['unique'] === true ? { unique: 0 } : {}),
    ...(failing > 0 ? { failing: percent(failing) } : {}),
    ...(level === undefined || level === 'fail' ? {} : { level }),
  };
}

/** What the grammar says against a contract of this part alone. */
function problemOf(
  part: { columns: readonly ColumnText[]; checks?: Written; keys?: readonly unknown[]; rows?: Written },
  column?: string,
): string | undefined {
  const text = contractText({ head: [], name: 'draft', ...part });
  try {
    const { contract } = parseDataContract(text, 'draft');
    // names such as `__proto__` parse and vanish
    if (column !== undefined && !Object.hasOwn(contract.columns, column)) return 'a column cannot have this name here';
    return undefined;
  } catch (error) {
    if (error instanceof PolicyError)
      return error.problems.map(({ message }) => message.replace(/^`[^`]*`: /, '')).join('; ');
    throw error;
  }
}
