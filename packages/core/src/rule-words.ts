import { shown } from './quantity.ts';
import { type Limit, limitSchema } from './verdict.ts';
import type { KeyPath } from './yaml-document.ts';

/** One key of two policies; undefined where a side does not have it. */
export interface Side {
  readonly pattern: string;
  readonly path: KeyPath;
  readonly from: unknown;
  readonly to: unknown;
}

/** `quality/accuracy` margin 0.3pt → 0.5pt: what is another one, for a person who knows the policy. */
export function ruleWords({ pattern, path, from, to }: Side): string {
  const whole = wholes[pattern];
  const { subject, key } = nameOf(path);
  if (whole !== undefined) return `${subject} ${from === undefined ? 'is new' : 'is removed'}`;
  const noun = places[pattern] ?? nouns[key] ?? key;
  if (from === undefined && isPart(to)) return `${subject} gets ${withArticle(noun)}${ofValue(to)}`;
  if (to === undefined && isPart(from)) return `${subject} loses its ${noun}${ofValue(from)}`;
  return [subject, noun, `${text(from)} → ${text(to)}`].filter((part) => part !== '').join(' ');
}

const wholes: Readonly<Record<string, true>> = {
  'gates.*': true,
  'gates.*.by.*': true,
  'gates.*.checks.*': true,
  'examples.*': true,
};

/** What is called otherwise in another place. */
const places: Readonly<Record<string, string>> = { 'gates.*.at-most': 'most groups' };

const nouns: Readonly<Record<string, string>> = {
  'max-regression': 'margin',
  'max-regression-from-anchor': 'margin from the anchor',
  'at-least': 'floor',
  'at-most': 'ceiling',
  'min-improvement': 'least improvement',
  'max-improvement': 'most improvement',
  'each max-regression': 'margin per group',
  'each at-least': 'floor per group',
  'each at-most': 'ceiling per group',
  each: 'rule for each group',
  bins: 'division into bins',
  'max-difference': 'largest difference of groups',
  'min-ratio': 'least ratio of groups',
  ratchet: 'widening of the difference',
  'improved-share': 'share of improved groups',
  looks: 'budget of looks',
  discover: 'search for weak groups',
};

/** Who it is about, and the key below that. */
function nameOf(path: KeyPath): { subject: string; key: string } {
  const [top = '', id = '', ...rest] = path.map(String);
  if (top === 'gates' && rest[0] === 'checks' && rest[1] !== undefined) {
    return { subject: `\`${id}/${rest[1]}\``, key: rest.slice(2).join(' ') };
  }
  if (top === 'gates' && rest[0] === 'by' && rest[1] !== undefined) {
    return { subject: `\`${id}\` by \`${rest[1]}\``, key: rest.slice(2).join(' ') };
  }
  if (top === 'gates') return { subject: rest.length === 0 ? `gate \`${id}\`` : `\`${id}\``, key: rest.join(' ') };
  if (top === 'examples') return { subject: `examples \`${id}\``, key: rest.join(' ') };
  return { subject: '', key: path.join(' ') };
}

/** Limits and mappings come and go as a whole; of anything else its absence has a value. */
function isPart(value: unknown): boolean {
  return (typeof value === 'object' && value !== null && !Array.isArray(value)) || asLimit(value) !== undefined;
}

function ofValue(value: unknown): string {
  const limit = asLimit(value);
  return limit === undefined ? '' : ` of ${limitText(limit)}`;
}

function text(value: unknown): string {
  if (value === undefined) return 'not set';
  const limit = asLimit(value);
  if (limit !== undefined) return limitText(limit);
  const quoted = shown(value);
  return typeof value === 'string' ? quoted.replace(/^"|"$/g, '') : quoted;
}

/** A value of the grammar that is a limit. */
export function asLimit(value: unknown): Limit | undefined {
  return limitSchema.safeParse(value).data;
}

/** As the policy writes it. */
function limitText({ value, unit }: Limit): string {
  return `${value}${unit === 'points' ? 'pt' : unit === 'percent' ? '%' : ''}`;
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}
