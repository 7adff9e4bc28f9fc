import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Random, streamSeed } from '@modelgate/statistics';
import { afterAll, expect, test } from 'vitest';
import type { NumberColumn } from '../src/profile.ts';
import { proposedProfileChange } from '../src/profile-change.ts';
import { profilePatch } from '../src/profile-patch.ts';
import { writeProfile } from '../src/profile-text.ts';
import { profileWith } from './drift-tables.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'profile-change-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function number(name: string, mean: number, rows = 1000): NumberColumn {
  return {
    name,
    type: 'double',
    nulls: 0,
    spread: { mean, stddev: 1, min: mean - 3, max: mean + 3 },
    bins: { edges: [mean], counts: [rows / 2, rows / 2] },
  };
}

test.each([
  ['a first profile: 1,000 rows, 2 columns', undefined, profileWith(1000, [number('a', 0), number('b', 0)])],
  [
    'no count differs; only the commit and the digest of the data do',
    profileWith(1000, [number('a', 0)]),
    // a mean that differs beyond its digits is the same
    profileWith(1000, [{ ...number('a', 0), spread: { mean: 1e-9, stddev: 1, min: -3, max: 3 } }]),
  ],
  [
    '1,200 rows instead of 1,000; new: `x`; gone: `y`; `t` integer, was double; other counts in 1 column',
    profileWith(1000, [number('a', 0), number('y', 0), number('t', 0)]),
    profileWith(1200, [number('a', 2, 1200), number('x', 0, 1200), { ...number('t', 0, 1200), type: 'integer' }]),
  ],
] as const)('%s', (words, committed, proposed) => {
  expect(proposedProfileChange(committed, proposed)).toBe(words);
});

test('a patch shows what changed and its surroundings', () => {
  const before = writeProfile(profileWith(1000, [number('a', 0), number('b', 0)]));
  const after = writeProfile(profileWith(1000, [number('a', 0), number('b', 1)]));
  expect(
    profilePatch(before, after, 'contracts/t.profile.json'),
  ).toBe(`diff --git a/contracts/t.profile.json b/contracts/t.profile.json
--- a/contracts/t.profile.json
+++ b/contracts/t.profile.json
@@ -9,9 +9,9 @@
     },
     {
       "name": "b",
-      "bins": { "counts": [500, 500], "edges": [0] },
+      "bins": { "counts": [500, 500], "edges": [1] },
       "nulls": 0,
-      "spread": { "max": 3, "mean": 0, "min": -3, "stddev": 1 },
+      "spread": { "max": 4, "mean": 1, "min": -2, "stddev": 1 },
       "type": "double"
     }
   ],
`);
  expect(profilePatch(before, before, 'x')).toBe('');
});

function applied(before: string | undefined, patch: string): string {
  const file = path.join(folder, 'p.json');
  rmSync(file, { force: true });
  if (before !== undefined) writeFileSync(file, before);
  execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: folder, input: patch });
  return readFileSync(file, 'utf8');
}

test('git applies the patch of random texts, and of a new file', () => {
  const random = new Random(streamSeed('00000000000000b1', 0));
  const upTo = (n: number) => Math.floor(random.uniform() * n);
  const text = () => Array.from({ length: upTo(30) }, () => `l${upTo(4)}\n`).join('') + (upTo(3) === 0 ? 'end' : '');
  for (let i = 0; i < 40; i++) {
    const [before, after] = [`first\n${text()}`, `first\n${text()}`];
    const patch = profilePatch(before, after, 'p.json');
    if (before !== after) expect(applied(before, patch)).toBe(after);
  }
  const fresh = writeProfile(profileWith(1000, [number('a', 0)]));
  expect(applied(undefined, profilePatch(undefined, fresh, 'p.json'))).toBe(fresh);
});

test('what differs altogether is replaced', () => {
  const lines = (word: string) => Array.from({ length: 1500 }, (_, i) => `${word} ${i}\n`).join('');
  const [before, after] = [lines('a'), lines('b')];
  expect(applied(before, profilePatch(before, after, 'p.json'))).toBe(after);
});
