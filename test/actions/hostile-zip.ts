import { crc32, deflateRawSync } from 'node:zlib';

/** One entry of an archive, with whatever a forger would write into its two headers. */
export interface HostileEntry {
  readonly name: string;
  readonly data: string | Buffer;
  readonly deflate?: boolean;
  /** The unpacked size that the headers state. Default: the truth. */
  readonly states?: number;
  /** The name in the file's own header. Default: the same. */
  readonly localName?: string;
  /** `st_mode`, as Unix archivers write it. Default: a plain file. */
  readonly mode?: number;
  /** Shares the bytes of the entry before it. */
  readonly overlaps?: boolean;
  readonly flags?: number;
}

/** A zip archive as APPNOTE.TXT 4.3 describes it, true or not. */
export function hostileZip(entries: readonly HostileEntry[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  let last = 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.data);
    const packed = entry.deflate ? deflateRawSync(content) : content;
    const common = headerOf(entry, content, packed.length);
    const [name, localName] = [Buffer.from(entry.name), Buffer.from(entry.localName ?? entry.name)];
    if (!entry.overlaps) {
      last = offset;
      const body = Buffer.concat([
        Buffer.from('PK\x03\x04', 'latin1'),
        withNameLength(common, localName.length),
        localName,
        packed,
      ]);
      bodies.push(body);
      offset += body.length;
    }
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 6);
    tail.writeUInt32LE(last, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02\x14\x03', 'latin1'), withNameLength(common, name.length), tail, name]),
    );
  }
  const size = directory.reduce((sum, one) => sum + one.length, 0);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, ...directory, end]);
}

function headerOf(entry: HostileEntry, content: Buffer, packed: number): Buffer {
  const header = Buffer.alloc(26);
  header.writeUInt16LE(20, 0);
  header.writeUInt16LE(entry.flags ?? 0x0800, 2);
  header.writeUInt16LE(entry.deflate ? 8 : 0, 4);
  header.writeUInt16LE(0x21, 8);
  header.writeUInt32LE(crc32(content), 10);
  header.writeUInt32LE(packed, 14);
  header.writeUInt32LE(entry.states ?? content.length, 18);
  return header;
}

function withNameLength(header: Buffer, length: number): Buffer {
  const copy = Buffer.from(header);
  copy.writeUInt16LE(length, 22);
  return copy;
}
