import { crc32, inflateRawSync } from 'node:zlib';

/** What is wrong with an archive; each is told in words of its own. */
export type ZipFault = 'damaged' | 'encrypted' | 'link' | 'lying-size' | 'too-large';

export class ZipError extends Error {
  readonly fault: ZipFault;
  constructor(fault: ZipFault, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ZipError';
    this.fault = fault;
  }
}

/** One plain file of an archive, not unpacked yet. */
export interface ZipEntry {
  /** As the archive has it: whether it may be a path is for the reader to decide. */
  readonly name: string;
  /** As the directory states it, in bytes. */
  readonly size: number;
  /** @throws ZipError when it does not unpack to exactly what the directory states: size and checksum */
  unpack(): Uint8Array;
}

/** `PK\3\4` starts an archive, `PK\5\6` an empty one. */
export function isZip(bytes: Uint8Array): boolean {
  return (
    bytes[0] === 0x50 && bytes[1] === 0x4b && ((bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6))
  );
}

/**
 * The files of a zip archive that somebody else made. Nothing is unpacked before it is asked for, and then never beyond
 * the size that the directory states; so whoever adds up the stated sizes first knows the memory that it takes.
 *
 * Only what uploaders of artifacts write is read: stored or deflated plain files and folders. Refused are encryption,
 * links and devices, archives of more than 4 GiB (zip64), entries that share bytes (the way a zip bomb of 10 MB becomes
 * 281 TB: Fifield, "A better zip bomb", WOOT 2019), and files whose own header is at odds with the directory, which two
 * readers would read as two different archives.
 *
 * @throws ZipError
 * Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12, 4.3.16 and 4.4.
 */
export function zipEntries(bytes: Uint8Array): readonly ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { start, end, count } = directoryOf(view);
  const files: Header[] = [];
  let at = start;
  for (let index = 0; index < count; index++) {
    const header = centralHeader(view, at, end);
    at = header.next;
    if (!isFolder(header)) files.push(header);
  }
  if (at !== end) throw damaged('its directory is longer than it says');
  const placed = files.map((header) => ({ header, ...placeOf(view, header, start) }));
  refuseShared(placed);
  return placed.map(({ header, data }) => ({
    name: header.name,
    size: header.size,
    unpack: () => unpack(header, data),
  }));
}

interface Header {
  readonly name: string;
  readonly method: number;
  readonly checksum: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
  /** Where the next header begins. */
  readonly next: number;
}

const headerSize = 46;
const localSize = 30;
const endSize = 22;
const unknown32 = 0xffff_ffff;

function damaged(why: string, cause?: unknown): ZipError {
  return new ZipError('damaged', why, cause);
}

const zip64 = () => new ZipError('too-large', 'it is in the format for more than 4 GiB');

/** The end record: the last one whose comment ends where the file ends. */
function directoryOf(view: DataView): { readonly start: number; readonly end: number; readonly count: number } {
  const first = Math.max(0, view.byteLength - endSize - 0xffff);
  for (let at = view.byteLength - endSize; at >= first; at--) {
    if (view.getUint32(at, true) !== 0x0605_4b50) continue;
    if (at + endSize + view.getUint16(at + 20, true) !== view.byteLength) continue;
    const [count, size, start] = [
      view.getUint16(at + 10, true),
      view.getUint32(at + 12, true),
      view.getUint32(at + 16, true),
    ];
    if (count === 0xffff || size === unknown32 || start === unknown32) throw zip64();
    if (view.getUint32(at + 4, true) !== 0) throw damaged('it is one part of several');
    if (start + size !== at) throw damaged('its directory is not where it says');
    return { start, end: at, count };
  }
  throw damaged('it has no directory: it was cut short or is no archive');
}

function centralHeader(view: DataView, at: number, end: number): Header {
  if (at + headerSize > end || view.getUint32(at, true) !== 0x0201_4b50) throw damaged('its directory makes no sense');
  const nameLength = view.getUint16(at + 28, true);
  const next = at + headerSize + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  if (next > end) throw damaged('its directory makes no sense');
  const header = {
    name: nameAt(view, at + headerSize, nameLength),
    method: view.getUint16(at + 10, true),
    checksum: view.getUint32(at + 16, true),
    packed: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    offset: view.getUint32(at + 42, true),
    next,
  };
  // traditional, strong, and of the directory
  if ((view.getUint16(at + 8, true) & 0x2041) !== 0) throw new ZipError('encrypted', 'it is encrypted');
  if ([header.packed, header.size, header.offset].includes(unknown32)) throw zip64();
  if (header.method !== 0 && header.method !== 8)
    throw damaged(`"${header.name}" is packed by a method that is not used here`);
  refuseSpecial(header.name, view.getUint8(at + 5), view.getUint32(at + 38, true) >>> 28);
  return header;
}

/** Hosts 3 and 19 are Unix and macOS: the upper half of the attributes is `st_mode`, whose first four bits are the type. */
function refuseSpecial(name: string, host: number, type: number): void {
  const plain = [0, 4, 8].includes(type);
  if ((host === 3 || host === 19) && !plain) {
    throw new ZipError('link', `"${name}" is ${type === 0xa ? 'a link' : 'a device'}, not a file`);
  }
}

function nameAt(view: DataView, at: number, length: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      new Uint8Array(view.buffer, view.byteOffset + at, length),
    );
  } catch (error) {
    throw damaged('a name in it is no text', error);
  }
}

function isFolder({ name, size, packed }: Header): boolean {
  if (!name.endsWith('/')) return false;
  // a folder that was deflated takes the two bytes of an empty stream
  if (size !== 0 || packed > 2) throw damaged(`the folder "${name}" has contents of its own`);
  return true;
}

/** Where the packed bytes are, held against the file's own header. */
function placeOf(view: DataView, header: Header, end: number) {
  const at = header.offset;
  const named = () => `"${header.name}"`;
  if (at + localSize > end || view.getUint32(at, true) !== 0x0403_4b50)
    throw damaged(`${named()} is not where it says`);
  const nameLength = view.getUint16(at + 26, true);
  const data = at + localSize + nameLength + view.getUint16(at + 28, true);
  if (data + header.packed > end) throw damaged(`${named()} is cut short`);
  const same =
    view.getUint16(at + 8, true) === header.method && nameAt(view, at + localSize, nameLength) === header.name;
  if (!same) throw damaged(`${named()} is something else by its own header`);
  return {
    from: at,
    to: data + header.packed,
    data: new Uint8Array(view.buffer, view.byteOffset + data, header.packed),
  };
}

function refuseShared(
  placed: readonly { readonly header: Header; readonly from: number; readonly to: number }[],
): void {
  const ordered = placed.toSorted((one, other) => one.from - other.from);
  ordered.forEach(({ header, from }, index) => {
    const before = ordered[index - 1];
    if (before !== undefined && from < before.to) {
      throw damaged(`"${before.header.name}" and "${header.name}" share bytes`);
    }
  });
}

function unpack(header: Header, data: Uint8Array): Uint8Array {
  const bytes = header.method === 0 ? data : inflated(header, data);
  if (bytes.length !== header.size) throw lying(header, bytes.length > header.size ? 'larger' : 'smaller');
  if (crc32(bytes) !== header.checksum) throw damaged(`the checksum of "${header.name}" does not fit`);
  return bytes;
}

function inflated(header: Header, data: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(data, { maxOutputLength: Math.max(1, header.size) });
  } catch (error) {
    if (error instanceof RangeError) throw lying(header, 'larger');
    throw damaged(`"${header.name}" cannot be inflated`, error);
  }
}

function lying({ name, size }: Header, how: string): ZipError {
  return new ZipError('lying-size', `"${name}" is ${how} than the ${size} bytes that it states`);
}
