import { createHash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type ChampionRequest,
  FolderStore,
  fetchChampion,
  ObjectStore,
  readManifest,
  recordInObjectStore,
  registriesOf,
  S3BaselineStore,
  s3Settings,
} from '@modelgate/baselines';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeFolder, serverFolder } from '../server-process.ts';
import { baselineFolder, name, refusal, rows } from './baseline-folder.ts';
import { modelgateCheck, predictions } from './modelgate-check.ts';
import { keys, type S3Server, startS3 } from './s3-server.ts';

let server: S3Server;
let scratch: string;
beforeAll(async () => {
  scratch = serverFolder('objects');
  server = await startS3();
});
afterAll(async () => {
  await server?.stop();
  removeFolder(scratch);
});

function environment(changes: Readonly<Record<string, string>> = {}) {
  return {
    AWS_ACCESS_KEY_ID: keys.access,
    AWS_SECRET_ACCESS_KEY: keys.secret,
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_S3: server.url,
    ...changes,
  };
}

function objects(changes: Readonly<Record<string, string>> = {}, bucket = 'models'): ObjectStore {
  return new ObjectStore(s3Settings(bucket, environment(changes)), { now: () => new Date() });
}

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (given: { bytes: Uint8Array } | undefined) => given && new TextDecoder().decode(given.bytes);

describe('objects', () => {
  it('are written, read back and replaced; an absent one is undefined', async () => {
    const store = objects();
    expect(await store.get('plain/absent', 100)).toBe(undefined);
    const first = await store.put('plain/one', bytes('first'));
    const second = await store.put('plain/one', bytes('second'));
    expect(second).not.toBe(first);
    expect(await store.get('plain/one', 100)).toEqual({
      bytes: Buffer.from('second'),
      etag: second,
      modifiedAt: expect.any(Date),
    });
  });

  it('have keys with every character that URLs and signatures treat apart', async () => {
    const store = objects();
    const odd = ["odd/a b+c&d=e?f#g'(h)*!~,;:@$.json", 'odd/größe–π/ß.json', 'odd/%2F%25.json', 'odd/<x>&amp;"y".json'];
    for (const key of odd) await store.put(key, bytes(key));
    for (const key of odd) expect(text(await store.get(key, 1000))).toBe(key);
    expect((await store.list('odd/')).map(({ key }) => key).toSorted()).toEqual(odd.toSorted());
  });

  it('are listed over more than one page, each once', async () => {
    const store = objects();
    // a bucket is a folder here: written past the server, as a thousand signed writes take a while
    const folder = path.join(server.bucket, 'many');
    await store.put('many/first', bytes('1'));
    for (let one = 0; one < 1204; one++) writeFileSync(path.join(folder, `n${one}`), 'x');
    const listed = await store.list('many/');
    expect(listed.length).toBe(1205);
    expect(new Set(listed.map(({ key }) => key)).size).toBe(1205);
    expect(listed.find(({ key }) => key === 'many/first')).toMatchObject({ size: 1 });
    expect(await store.list('nothing/')).toEqual([]);
  });

  it('are not read past a limit', async () => {
    const store = objects();
    await store.put('large', new Uint8Array(2 * 1024 * 1024 + 1));
    expect(await refusal(store.get('large', 2 * 1024 * 1024))).toEqual([
      'baseline-unreadable',
      'the bucket models answered with more than 2 MiB',
      'record a smaller champion: the key and the output columns are enough',
    ]);
  });
});

describe('what the store refuses', () => {
  it('a wrong secret', async () => {
    expect(await refusal(objects({ AWS_SECRET_ACCESS_KEY: 'another' }).get('x', 10))).toEqual([
      'baseline-unreadable',
      'the bucket models answered 403 SignatureDoesNotMatch to reading x',
      'AWS_SECRET_ACCESS_KEY does not belong to AWS_ACCESS_KEY_ID, or a proxy changes requests',
    ]);
  });

  it('an unknown key', async () => {
    expect(await refusal(objects({ AWS_ACCESS_KEY_ID: 'nobody' }).put('x', bytes('x')))).toEqual([
      'baseline-unreadable',
      'the bucket models answered 404 XAdminUserNotFound to writing x', // AWS: 403 InvalidAccessKeyId
      'this store does not know AWS_ACCESS_KEY_ID: set the key of this store',
    ]);
  });

  it('a bucket that does not exist, which is not "no champion yet"', async () => {
    expect(await refusal(new S3BaselineStore(objects({}, 'no-bucket'), 'champions').find(name))).toEqual([
      'baseline-missing',
      `the bucket no-bucket answered 404 NoSuchBucket to reading champions/${name}/champion.json`,
      'create the bucket, or correct its name',
    ]);
  });

  it('a clock that is off', async () => {
    const settings = s3Settings('models', environment());
    const late = new ObjectStore(settings, { now: () => new Date(Date.now() - 3_600_000) });
    expect((await refusal(late.get('x', 10)))[1]).toBe(
      'the bucket models answered 403 RequestTimeTooSkewed to reading x',
    );
  });
});

describe('conditional writes', () => {
  it('only while absent', async () => {
    const store = objects();
    const first = await store.putIf('once', bytes('a'), { kind: 'absent' });
    expect(first.kind).toBe('written');
    expect(await store.putIf('once', bytes('b'), { kind: 'absent' })).toEqual({ kind: 'conflict', uncertain: false });
    expect(text(await store.get('once', 10))).toBe('a');
  });

  it('only while unchanged', async () => {
    const store = objects();
    const old = await store.put('swap', bytes('a'));
    await store.put('swap', bytes('b'));
    const conflict = { kind: 'conflict', uncertain: false };
    expect(await store.putIf('swap', bytes('c'), { kind: 'unchanged', etag: old })).toEqual(conflict);
    expect(text(await store.get('swap', 10))).toBe('b');
    expect(await store.putIf('gone', bytes('c'), { kind: 'unchanged', etag: old })).toEqual(conflict);
    expect(await store.get('gone', 10)).toBe(undefined);
  });
});

describe('a champion', () => {
  const at = new Date('2026-11-22T12:00:00.000Z');

  it('is recorded, becomes the champion, is found and read back', async () => {
    const store = new S3BaselineStore(objects(), 'life');
    expect(await store.find(name)).toEqual({ kind: 'none', looked: `the bucket models (life/${name})` });
    const folder = path.join(scratch, 'life');
    const manifest = baselineFolder(folder);
    const digest = await store.record(name, folder);
    // recorded is not yet champion
    expect((await store.find(name)).kind).toBe('none');
    const move = { manifest: digest, expected: undefined, by: 'run 1', at, writer: 'w1' };
    expect(await store.moveChampionPointer(name, move)).toMatchObject({ kind: 'moved' });
    const found = await store.find(name);
    expect(found).toEqual({
      kind: 'found',
      baseline: { id: `${name}/${digest}`, commit: manifest.commit, branch: 'main', recordedAt: manifest.recordedAt },
    });
    if (found.kind !== 'found') return;
    const back = path.join(scratch, 'back');
    await store.download(found.baseline, back);
    expect((await readManifest(back)).manifest).toEqual(manifest);
    expect(await readFile(path.join(back, 'predictions.csv'), 'utf8')).toBe(rows);
  });

  it('has one first: of two writers that saw none, one wins and the other is told who', async () => {
    await race('first', async () => undefined);
  });

  it('is replaced by one of two writers that saw the same', async () => {
    const seed = { manifest: 'f'.repeat(64), expected: undefined, by: 'run 0', at, writer: 'seed' };
    await new S3BaselineStore(objects(), 'second').moveChampionPointer(name, seed);
    await race('second', (store) => store.pointer(name));
  });

  async function race(
    prefix: string,
    seen: (store: S3BaselineStore) => ReturnType<S3BaselineStore['pointer']>,
  ): Promise<void> {
    const stores = [new S3BaselineStore(objects(), prefix), new S3BaselineStore(objects(), prefix)];
    const expected = await Promise.all(stores.map(seen));
    const results = await Promise.all(
      stores.map((store, one) =>
        store.moveChampionPointer(name, {
          manifest: String(one + 1).repeat(64),
          expected: expected[one],
          by: `run ${one + 1}`,
          at,
          writer: `w${one + 1}`,
        }),
      ),
    );
    expect(results.map(({ kind }) => kind).toSorted()).toEqual(['moved', 'overtaken']);
    const winner = results.findIndex(({ kind }) => kind === 'moved') + 1;
    const pointer = (await stores[0]?.pointer(name))?.pointer;
    expect(pointer).toMatchObject({ by: `run ${winner}`, previous: expected[0]?.pointer.manifest ?? null });
    const loser = results.find((one) => one.kind === 'overtaken');
    expect(loser?.kind === 'overtaken' && loser.now?.pointer.by).toBe(`run ${winner}`);
  }

  it('with a changed manifest or changed data is refused', async () => {
    const store = new S3BaselineStore(objects(), 'tampered');
    baselineFolder(path.join(scratch, 'tampered'));
    const digest = await store.record(name, path.join(scratch, 'tampered'));
    await store.moveChampionPointer(name, { manifest: digest, expected: undefined, by: 'run 1', at, writer: 'w' });
    const found = await store.find(name);
    if (found.kind !== 'found') throw new Error(found.kind);
    const key = `tampered/${name}/${digest}`;
    await objects().put(`${key}/predictions.csv`, bytes(rows.replace('1,0', '1,1')));
    const back = path.join(scratch, 'tampered-back');
    await store.download(found.baseline, back);
    expect((await refusal(readManifest(back)))[0]).toBe('baseline-mismatch');
    await objects().put(`${key}/baseline.json`, bytes('{}'));
    expect((await refusal(store.find(name)))[1]).toBe(
      `${key}/baseline.json is not what was recorded (sha-256 44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a, recorded ${digest})`,
    );
  });

  it('whose pointer names nothing is missing', async () => {
    const store = new S3BaselineStore(objects(), 'dangling');
    await store.moveChampionPointer(name, { manifest: 'e'.repeat(64), expected: undefined, by: 'r', at, writer: 'w' });
    expect((await refusal(store.find(name)))[0]).toBe('baseline-missing');
    expect(readdirSync(path.join(server.bucket, 'dangling', name))).toEqual(['champion.json']);
  });
});

describe("as a policy's champion", () => {
  const now = () => new Date('2026-11-22T12:00:00.000Z');
  const staticKey =
    'The object store is used with a static key (no AWS_SESSION_TOKEN): who learns it keeps access until somebody deletes it. Use keys that expire: on GitHub, OpenID Connect and a role.';
  // signatures hold for 15 minutes, so the store's clock is the real one
  const registries = (changes: Readonly<Record<string, string>> = {}) =>
    registriesOf(environment(changes), { now: () => new Date() });

  function fetched(source: ChampionRequest['source'], purpose: string, stores = registries()) {
    const contents = { baseCommit: () => Promise.reject(new Error()), read: () => Promise.reject(new Error()) };
    const request: ChampionRequest = {
      source,
      ...{ policy: 'flight-delays', gate: 'quality', leg: undefined, workspace: scratch, now: now() },
      temporary: path.join(scratch, purpose),
    };
    return fetchChampion(request, { recorded: new FolderStore(scratch), contents, registries: stores });
  }

  it('an object by its key', async () => {
    const changed = await objects()
      .put('delays/3/predictions.csv', bytes(rows))
      .then(() => new Date());
    const source = { from: 's3', bucket: 'models', table: 'delays/3/predictions.csv' } as const;
    const found = await fetched(source, 'object');
    if (found.kind !== 'results') throw new Error(found.kind);
    const { recordedAt = '', ageDays, ...identity } = found.identity;
    expect(Math.abs(new Date(recordedAt).getTime() - changed.getTime())).toBeLessThan(60_000);
    expect(ageDays).toBeGreaterThanOrEqual(0);
    expect(identity).toEqual({
      from: 's3',
      name: 'models/delays/3/predictions.csv',
      registry: 'the bucket models',
      sha256: createHash('sha256').update(rows).digest('hex'),
    });
    expect(found.notices).toEqual([staticKey]);
    expect(await readFile(found.path, 'utf8')).toBe(rows);
    expect(await refusal(fetched({ ...source, table: 'delays/4/predictions.csv' }, 'object-absent'))).toEqual([
      'baseline-missing',
      'the bucket models has no delays/4/predictions.csv',
      'correct the key; it starts at the root of the bucket, without a leading /',
    ]);
  });

  it('what was recorded: nothing yet, the first, a later one; never an earlier one again', async () => {
    const source = { from: 's3', bucket: 'models', prefix: 'policy', record: true } as const;
    expect(await fetched(source, 'recorded')).toEqual({
      kind: 'bootstrap',
      notice: `There is no champion yet: the bucket models (policy/${name}) holds none of quality. Nothing was compared; the first green run on the default branch records one. ${staticKey}`,
    });
    const { record: _, ...readOnly } = source;
    expect(await refusal(fetched(readOnly, 'recorded'))).toEqual([
      'baseline-missing',
      `the bucket models (policy/${name}) holds no champion of quality`,
      'correct bucket and prefix; or let a green run of the default branch record the first one: `record: true`',
    ]);

    const record = (folder: string, by: string) =>
      recordInObjectStore({ source, name, folder, by, at: now(), writer: by }, registries());
    const first = path.join(scratch, 'policy-first');
    const manifest = baselineFolder(first);
    expect(await record(first, 'run 1')).toEqual({
      kind: 'recorded',
      where: `the bucket models (policy/${name})`,
    });
    const found = await fetched(source, 'recorded-first');
    const digest = createHash('sha256')
      .update(await readFile(path.join(first, 'baseline.json')))
      .digest('hex');
    expect(found).toEqual({
      kind: 'results',
      path: path.join(scratch, 'recorded-first', 'champion', 'predictions.csv'),
      manifest,
      identity: {
        from: 's3',
        name: `policy/${name}/${digest}`,
        registry: 'the bucket models',
        sha256: manifest.data.sha256,
        examplesDigest: 'a'.repeat(64),
        commit: manifest.commit,
        branch: 'main',
        recordedAt: manifest.recordedAt,
        ageDays: 21,
      },
      notices: [staticKey],
    });

    const later = path.join(scratch, 'policy-later');
    const changed = baselineFolder(later, rows.replace('1,0', '1,1'));
    const text = JSON.stringify({ ...changed, recordedAt: '2026-11-20T12:00:00.000Z' });
    writeFileSync(path.join(later, 'baseline.json'), text);
    expect((await record(later, 'run 2')).kind).toBe('recorded');
    expect(await record(first, 'run 1, again')).toEqual({
      kind: 'left',
      why: `the bucket models (policy/${name}) holds a later champion, of 2026-11-20T12:00:00.000Z`,
    });
    expect(await fetched(source, 'recorded-later')).toMatchObject({ identity: { sha256: changed.data.sha256 } });
  });

  it('judges a candidate on the command line', async () => {
    await objects().put('judged/predictions.csv', bytes(predictions(10)));
    const champion = '{ from: s3, bucket: models, table: judged/predictions.csv }';
    const given = { champion, candidate: predictions(4), environment: environment() };
    const { code, verdict } = await modelgateCheck(path.join(scratch, 'check'), given);
    expect([code, verdict.status, verdict.reason]).toEqual([1, 'fail', 'margin-exceeded']);
    expect(verdict.checks).toMatchObject([{ champion: 0.9, candidate: 0.75, rows: 400 }]);
    expect(verdict.baseline).toMatchObject({ from: 's3', name: 'models/judged/predictions.csv' });
    expect(verdict.notices).toEqual([staticKey]);
  });

  it('without a key: which variable is missing, and how a workflow gives it', async () => {
    const source = { from: 's3', bucket: 'models', prefix: 'policy' } as const;
    expect(await refusal(fetched(source, 'no-key', registries({ AWS_SECRET_ACCESS_KEY: '' })))).toEqual([
      'baseline-unreadable',
      'the object store needs AWS_SECRET_ACCESS_KEY, which is not set',
      'let the step before sign in (aws-actions/configure-aws-credentials with role-to-assume), or give it to this step: `env: { AWS_SECRET_ACCESS_KEY: "${' +
        '{ secrets.AWS_SECRET_ACCESS_KEY }}" }`; pull requests from forks get no secrets',
    ]);
  });
});
