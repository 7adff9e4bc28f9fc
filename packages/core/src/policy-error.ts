import { type Location, UserError } from './user-error.ts';

/** One thing that is wrong in a policy (or a waiver file). */
export interface PolicyProblem {
  readonly message: string;
  readonly where: Location;
  readonly how?: string;
}

/** Everything that is wrong in a policy, at once: nobody should push five times to learn five things. */
export class PolicyError extends UserError {
  readonly problems: readonly PolicyProblem[];

  constructor(problems: readonly PolicyProblem[]) {
    const [first, ...others] = problems;
    const file = first?.where.file ?? 'policy';
    const lines = problems.map(line).join('\n  ');
    const message = others.length === 0 ? lines : `${file} has ${problems.length} errors:\n  ${lines}`;
    super('policy-invalid', message, first ? { where: first.where } : {});
    this.name = 'PolicyError';
    this.problems = problems;
  }

  static of(file: string, message: string, how?: string): PolicyError {
    return new PolicyError([{ message, where: { file }, ...(how === undefined ? {} : { how }) }]);
  }
}

function line(problem: PolicyProblem): string {
  const { file, line: row, column } = problem.where;
  const place = row === undefined ? file : `${file}:${row}:${column ?? 1}`;
  return `${place}: ${problem.message}${problem.how === undefined ? '' : `; ${problem.how}`}`;
}
