const blockSize = 512;

/**
 * The regular files of an uncompressed tar archive, by their full name, as views into it. Enough for what `npm pack`
 * writes: ustar headers without long-name extensions (POSIX.1-1988 section 10.1.1); other entry types are passed over.
 *
 * @throws RangeError when the archive ends inside an entry
 */
export function* filesOfTar(archive: Uint8Array): Generator<{ readonly name: string; readonly content: Uint8Array }> {
  for (let offset = 0; offset + blockSize <= archive.length; ) {
    const header = archive.subarray(offset, offset + blockSize);
    if (header.every((byte) => byte === 0)) return;
    const size = Number.parseInt(text(header, 124, 12).trim(), 8);
    const start = offset + blockSize;
    if (!Number.isSafeInteger(size) || size < 0 || start + size > archive.length) {
      throw new RangeError(`the archive is cut off or damaged at byte ${offset}`);
    }
    const type = text(header, 156, 1);
    if (type === '0' || type === '') {
      const prefix = text(header, 345, 155);
      const name = text(header, 0, 100);
      yield { name: prefix === '' ? name : `${prefix}/${name}`, content: archive.subarray(start, start + size) };
    }
    offset = start + Math.ceil(size / blockSize) * blockSize;
  }
}

function text(header: Uint8Array, start: number, length: number): string {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString('utf8');
}
