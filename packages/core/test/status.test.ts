import { expect, it } from 'vitest';
import { nearest, softened, stopsStep, worstStatus } from '../src/index.ts';

it('a gate is as bad as its worst check, and of no checks an error', () => {
  expect(worstStatus(['pass', 'inconclusive', 'warn'])).toBe('inconclusive');
  expect(worstStatus(['pass', 'fail', 'error'])).toBe('error');
  expect(worstStatus(['skipped', 'pass'])).toBe('pass');
  expect(worstStatus([])).toBe('error');
});

it('a softer level turns fail and inconclusive into a warning, never an error', () => {
  expect(softened('fail', 'warn')).toBe('warn');
  expect(softened('inconclusive', 'info')).toBe('warn');
  expect(softened('error', 'info')).toBe('error');
  expect(softened('fail', 'fail')).toBe('fail');
});

it('stops the step on error and fail always, on inconclusive as the policy says', () => {
  expect(stopsStep('error', 'pass')).toBe(true);
  expect(stopsStep('fail', 'pass')).toBe(true);
  expect(stopsStep('inconclusive', 'warn')).toBe(false);
  expect(stopsStep('inconclusive', 'fail')).toBe(true);
  expect(stopsStep('inconclusive', 'hold')).toBe(true);
  expect(stopsStep('waived', 'fail')).toBe(false);
});

it('offers the nearest known word, or none', () => {
  expect(nearest('acuracy', ['accuracy', 'f1'])).toBe('accuracy');
  expect(nearest('max_regression', ['max-regression'])).toBe('max-regression');
  expect(nearest('recal', ['precision', 'recall'])).toBe('recall');
  expect(nearest('zzz', ['accuracy', 'f1'])).toBeUndefined();
});
