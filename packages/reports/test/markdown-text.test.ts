import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeSpan, commentMarker, markdownText, phraseMarkdown, plainText } from '../src/index.ts';
import { webAddress } from '../src/web-link.ts';

describe('text from elsewhere', () => {
  test.each([
    ['a | b', 'a &#124; b'],
    ['<b>&amp;', '&#60;b&#62;&#38;amp;'],
    ['*x* `y` [z](u) ~w~', '\\*x\\* \\`y\\` \\[z\\](u) \\~w\\~'],
    ['roc_auc _x_', 'roc_auc \\_x\\_'],
    ['a\\|b', 'a&#92;&#124;b'],
    ['@octocat', '@&#8203;octocat'],
    ['fixes #12, GH-4 and o/r#3', 'fixes #&#8203;12, GH-&#8203;4 and o/r#&#8203;3'],
    ['https://evil.example www.evil.example', 'https:&#8203;//evil.example www&#8203;.evil.example'],
    [':tada: at 12:30', ':&#8203;tada: at 12:30'],
    ['a1b2c3d4e5', 'a1b2c3&#8203;d4e5'],
    ['48,211 rows, 1234567', '48,211 rows, 1234567'],
    ['one\r\ntwo\tthree', 'one two three'],
    ['$x$', '<span>$</span>x<span>$</span>'],
    ['a\u202etxt.exe\u0007', 'a�txt.exe�'],
    ['👩‍👩‍👧 flights', '👩‍👩‍👧 flights'],
  ])('%j', (raw, written) => {
    expect(markdownText(raw)).toBe(written);
  });

  test('names as code', () => {
    expect(codeSpan('roc_auc')).toBe('`roc_auc`');
    expect(codeSpan('a|b`c')).toBe('<code>a&#124;b&#96;c</code>');
    expect(codeSpan('')).toBe('<code>(empty)</code>');
  });

  test('what a message puts between backticks is code, whatever it holds', () => {
    expect(phraseMarkdown(['give `permissions: x` to <job>'])).toBe('give `permissions: x` to &#60;job&#62;');
    expect(phraseMarkdown(['see `a|<b>` now'])).toBe('see <code>a&#124;&#60;b&#62;</code> now');
    expect(phraseMarkdown(['# not a heading'])).toBe('&#35; not a heading');
    expect(phraseMarkdown(['1. not a list'])).toBe('1&#46; not a list');
  });

  test('only web addresses are linked', () => {
    expect(webAddress('javascript:alert(1)')).toBeUndefined();
    expect(webAddress('https://user:secret@host.example/')).toBeUndefined();
    expect(webAddress('no address')).toBeUndefined();
    expect(webAddress('https://host.example/a(b)?c=<d>')).toBe('https://host.example/a%28b%29?c=%3Cd%3E');
  });

  test('a marker cannot be closed from inside', () => {
    expect(commentMarker({ policyName: 'a --> b', workflowPath: '.github/workflows/ü.yml' })).toBe(
      '<!-- modelgate:v1 policy=a%20%2D%2D%3E%20b workflow=.github%2Fworkflows%2F%C3%BC.yml -->',
    );
  });
});

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '@a',
        '#1',
        'GH-1',
        'o/r#1',
        '<',
        '>',
        '-->',
        '<!--',
        '|',
        '`',
        '``',
        '\\',
        '\n',
        '\r',
        '[',
        '](',
        ')',
        '*',
        '_',
        '~',
        '$',
        '\u202e',
        '\u2028',
        '://',
        'www.',
        'https',
        ':tada:',
        '&lt;',
        '&#',
        '1.',
        '# ',
        '- ',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));

describe('whatever the text', () => {
  test('nothing in it is markup, mention, reference or a new line', () => {
    fc.assert(
      fc.property(hostile, (raw) => {
        const written = markdownText(raw, { startsLine: true });
        expect(written).not.toMatch(/[\r\n\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
        // what stands around a dollar sign is parted by it
        const bare = written.replaceAll('<span>$</span>', '\u0000');
        expect(bare).not.toMatch(/[<>|$]/);
        expect(bare).not.toMatch(/(?<!\\)[`*[\]~]/);
        expect(bare).not.toMatch(/@(?!&#8203;)/);
        expect(bare.replace(/&#\d+;/g, '\u0000')).not.toMatch(/#\w|GH-\d|:\/\/|www\.|&/i);
        expect(written).not.toMatch(/^(?:[#+=-]|\d+[.)])/);
      }),
      { numRuns: 500 },
    );
  });

  test('a code span is one span, on one line, also in a table', () => {
    fc.assert(
      fc.property(hostile, (raw) => {
        const span = codeSpan(raw);
        expect(span).not.toMatch(/[\r\n|]/);
        expect(span).toMatch(/^(?:`[^`<>&|\\$]+`|<code>[^`<>|\\@$]*<\/code>)$/);
      }),
      { numRuns: 500 },
    );
  });

  test('plain text is one line of at most 400 characters that a terminal cannot be steered with', () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 60 }), (parts) => {
        const line = plainText(parts.join(' '));
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the absence of controls is what is tested
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b]/);
        expect([...line].length).toBeLessThanOrEqual(400);
        expect(line.isWellFormed()).toBe(true);
      }),
    );
  });
});
