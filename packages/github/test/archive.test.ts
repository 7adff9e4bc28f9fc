import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { unpack } from '../src/archive.ts';
import { defaultLimits } from '../src/index.ts';

function contents(bytes: Uint8Array, limits = defaultLimits) {
  return unpack('verdict', bytes, limits).map((file) => [file.path, new TextDecoder().decode(file.bytes)]);
}

/** The same archive with another size in its directory (offset 24 of the first central header, APPNOTE 4.3.12). */
function withStatedSize(bytes: Uint8Array, size: number): Uint8Array {
  const copy = Buffer.from(bytes);
  const directory = copy.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  copy.writeUInt32LE(size, directory + 24);
  return copy;
}

test('an archive gives its files, anything else is one file', () => {
  const archive = zipSync({ 'verdict.json': strToU8('{}'), page: { 'index.html': strToU8('<p>') }, empty: {} });
  expect(contents(archive)).toEqual([
    ['verdict.json', '{}'],
    ['page/index.html', '<p>'],
  ]);
  expect(contents(strToU8('{"a":1}'))).toEqual([['verdict', '{"a":1}']]);
  expect(contents(zipSync({}))).toEqual([]);
});

describe('an archive is not trusted', () => {
  test.each(['../evil', '/etc/passwd', 'a/../../evil', 'C:/evil', 'a\\evil', 'a//b', './a', 'a\u0007b'])(
    'a file named %j is refused',
    (name) => {
      expect(() => contents(zipSync({ [name]: strToU8('x') }))).toThrow(
        'The artifact "verdict" cannot be unpacked: it holds a file named "',
      );
    },
  );

  test('a zip bomb is refused by its directory, before anything is unpacked', () => {
    const bomb = zipSync({ bomb: new Uint8Array(5 * 2 ** 20) });
    expect(bomb.length).toBeLessThan(10_000);
    expect(() => contents(bomb, { ...defaultLimits, unpacked: 2 ** 20 })).toThrow(
      'The artifact "verdict" has more than 1 MiB unpacked; it was not read.',
    );
  });

  test('one that states a smaller size than it has is not unpacked beyond it', () => {
    const liar = withStatedSize(zipSync({ bomb: new Uint8Array(5 * 2 ** 20) }), 100);
    const [file] = unpack('verdict', liar, { ...defaultLimits, unpacked: 1000 });
    expect(file?.bytes.length).toBe(100);
    expect(file?.bytes.buffer.byteLength).toBeLessThan(1000);
  });

  test('too many files, the same name twice, damage', () => {
    const two = zipSync({ a: strToU8('1'), b: strToU8('2') });
    expect(() => contents(two, { ...defaultLimits, files: 1 })).toThrow(
      'The artifact "verdict" has more than 1 files; it was not read.',
    );
    const same = Buffer.from(two);
    for (let at = same.indexOf('b'); at !== -1; at = same.indexOf('b', at + 1)) same[at] = 0x61;
    expect(() => contents(same)).toThrow('The artifact "verdict" cannot be unpacked: it holds "a" twice.');
    expect(() => contents(two.subarray(0, two.length - 30))).toThrow(
      'The artifact "verdict" cannot be unpacked: invalid zip data.',
    );
  });
});
