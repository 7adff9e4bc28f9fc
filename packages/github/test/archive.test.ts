import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { unpack } from '../src/archive.ts';
import { ArchiveError, defaultLimits } from '../src/index.ts';

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

  test.each([
    [100, 'larger'],
    [5 * 2 ** 20 + 1, 'smaller'],
  ])('one that states %i bytes for 5 MiB is not unpacked beyond that, and refused', (stated, how) => {
    const liar = withStatedSize(zipSync({ bomb: new Uint8Array(5 * 2 ** 20) }), stated);
    expect(() => contents(liar)).toThrow(
      `The artifact "verdict" cannot be unpacked: "bomb" is ${how} than the ${stated} bytes that it states.`,
    );
  });

  const two = zipSync({ one: strToU8('1'.repeat(100)), two: strToU8('2') });
  test.each<[string, number, number, number, string]>([
    // name, offset in the first central header, width, value, words
    ['encrypted', 8, 2, 0x801, 'it is encrypted'],
    ['a method of other tools', 10, 2, 99, '"one" is packed by a method that is not used here'],
    ['another checksum', 16, 4, 1, 'the checksum of "one" does not fit'],
    ['more than 4 GiB', 24, 4, 0xffff_ffff, 'it is in the format for more than 4 GiB'],
    ['a place that is none', 42, 4, 7, '"one" is not where it says'],
    ['more packed bytes than there are', 20, 4, 5000, '"one" is cut short'],
    ['packed bytes of the next file', 20, 4, 12, '"one" and "two" share bytes'],
  ])('one with %s is refused', (_, offset, width, value, words) => {
    const copy = Buffer.from(two);
    copy.writeUIntLE(value, copy.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + offset, width);
    expect(() => contents(copy)).toThrow(`The artifact "verdict" cannot be unpacked: ${words}.`);
  });

  test('a link and a device are refused, a file and a folder of Unix are not', () => {
    const typed = (type: number) => zipSync({ one: [strToU8('x'), { os: 3, attrs: type * 2 ** 28 }] });
    expect(contents(typed(8))).toEqual([['one', 'x']]);
    expect(() => contents(typed(0xa))).toThrow(
      'The artifact "verdict" cannot be unpacked: "one" is a link, not a file.',
    );
    expect(() => contents(typed(2))).toThrow('"one" is a device, not a file.');
  });

  test('a file that has another name by its own header is refused', () => {
    const copy = Buffer.from(two);
    copy.write('eno', copy.indexOf('one'));
    expect(() => contents(copy)).toThrow('"one" is something else by its own header.');
  });

  test('each cause can be told by its code', () => {
    const faultOf = (bytes: Uint8Array, limits = defaultLimits): string => {
      try {
        unpack('verdict', bytes, limits);
        return 'none';
      } catch (error) {
        return error instanceof ArchiveError ? error.fault : String(error);
      }
    };
    expect([
      faultOf(two),
      faultOf(two, { ...defaultLimits, files: 1 }),
      faultOf(two, { ...defaultLimits, unpacked: 50 }),
      faultOf(zipSync({ '../x': strToU8('x') })),
      faultOf(two.subarray(0, 60)),
      faultOf(withStatedSize(two, 1)),
    ]).toEqual(['none', 'too-many-files', 'too-large', 'path', 'damaged', 'lying-size']);
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
      'The artifact "verdict" cannot be unpacked: it has no directory: it was cut short or is no archive.',
    );
  });
});
