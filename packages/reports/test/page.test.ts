import { describe, expect, test } from 'vitest';
import { checkSentence, page } from '../src/index.ts';
import * as given from './verdicts.ts';

const { context } = given;

describe('the page', () => {
  test('one file that fetches and runs nothing', () => {
    const html = page(given.severalGates, context);
    expect(html).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">`,
    );
    expect(html).not.toMatch(/<(?:script|link|img|iframe|object|embed|form)\b|\bsrc=|url\(|@import|\son\w+=/i);
    expect(
      html.match(/href="[^"]*"/g)?.every((link) => link.startsWith('href="https://github.com/octo/flights/')),
    ).toBe(true);
  });

  test('headline first, then what did not pass, what to do, all checks, provenance', () => {
    const html = page(given.severalGates, context);
    expect(html).toContain(
      '<h1>❌ <code>quality</code>: f1 is worse by 1.9 points (95 % interval 1.0 to 2.8); 0.5 is allowed, and 1 more</h1>',
    );
    expect([...html.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, heading]) => heading)).toEqual([
      'Gates',
      'What did not pass',
      'What to do',
      'All checks of <code>quality</code>',
      'All checks of <code>training-data</code>',
      'How the intervals were made',
      'Where this came from',
    ]);
  });

  test('a drawing says in words what it shows, and a status has its word', () => {
    const html = page([given.failing], context);
    expect(html).toContain(
      `<svg class="plot" viewBox="0 0 240 28" role="img" aria-label="${checkSentence(given.f1Worse)}">`,
    );
    expect(html).toContain('<span class="badge fail"><span aria-hidden="true">✗</span> fail</span>');
  });

  test('inputs, champion, policy and run with their whole digests', () => {
    const html = page([given.failing], context);
    expect(html).toContain(
      `<dt>Examples</dt><dd><code>eval/golden.parquet</code> 48,211 rows, 1.2 MB <code>sha256:${'1'.repeat(64)}</code></dd>`,
    );
    expect(html).toContain(
      '<dt>Policy</dt><dd><code>modelgate.yml</code> (flight-delays), from the base, through the API, commit <code>9f8e7d6c5b4a39281706f5e4d3c2b1a009f8e7d6</code>, verified',
    );
    expect(html).toContain(
      'commit <code>a1b2c3d4e5f60718293a4b5c6d7e8f9001122334</code>, branch <code>main</code>, recorded 2026-11-16T05:00:00Z, expires 2027-02-14T05:00:00Z',
    );
  });

  test('hostile names are text', () => {
    const html = page([given.hostile], { ...context, heading: '<b>"x"</b>', runUrl: 'javascript:alert(1)' });
    expect(html).not.toMatch(/<img|<b>|javascript:|\u202e/);
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(html).toContain('&lt;b&gt;&quot;x&quot;&lt;/b&gt;');
  });

  test('the same verdicts give the same page, in whatever order', () => {
    expect(page(given.severalGates.toReversed(), context)).toBe(page(given.severalGates, context));
  });
});
