import { expect, it } from 'vitest';
import { isLive, parsePolicy, parseWaivers } from '../src/index.ts';

const { policy } = parsePolicy(
  'version: 1\nname: p\ngates:\n  quality:\n    kind: evaluation\n    candidate: { file: m.json }\n    checks:\n      f1: { metric: f1, at-least: 0.7 }\n',
  'modelgate.yml',
);

function waivers(entry: string) {
  return parseWaivers(`version: 1\nwaivers:\n  - ${entry}\n`, 'waivers.yml', policy);
}

it('a waiver names one check, its owner, a reason and its last day', () => {
  expect(
    waivers('{ check: quality/f1, owner: "@ada", reason: new label rules since June, expires: 2026-12-31 }'),
  ).toEqual([
    {
      gate: 'quality',
      check: 'f1',
      owner: '@ada',
      reason: 'new label rules since June',
      expires: '2026-12-31',
      where: { file: 'waivers.yml', line: 3, column: 7 },
    },
  ]);
});

it.each([
  [
    '{ check: quality/f2, owner: a, reason: long enough words, expires: 2026-12-31 }',
    'waivers.yml:3:7: "quality/f2" is not a check of this policy; did you mean quality/f1?',
  ],
  ['{ check: quality/f1, owner: a, reason: short, expires: 2026-12-31 }', 'is too short to tell anybody why'],
  [
    '{ check: quality/f1, reason: long enough words, expires: 2026-12-31 }',
    '`waivers.0.owner`: is missing; a text is needed',
  ],
  [
    '{ check: quality/f1, owner: a, reason: long enough words, expires: 2026-13-31 }',
    '`waivers.0.expires`: must be a date like 2026-12-31',
  ],
  ['{ check: quality/f1, owner: a, reason: long enough words }', '`waivers.0.expires`: must be a date like 2026-12-31'],
])('refuses %s', (entry, message) => {
  expect(() => waivers(entry)).toThrow(message);
});

it('holds until the end of its last day, UTC', () => {
  expect(isLive({ expires: '2026-11-22' }, new Date('2026-11-22T23:59:59Z'))).toBe(true);
  expect(isLive({ expires: '2026-11-22' }, new Date('2026-11-23T00:00:00Z'))).toBe(false);
});
