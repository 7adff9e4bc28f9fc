import { describe, expect, it } from 'vitest';
import { ObjectStore, S3BaselineStore, s3Settings } from '../src/index.ts';
import { page, type ScriptedFetch, scripted } from './scripted-fetch.ts';
import { refusal } from './stored.ts';

const keys = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };
const now = () => new Date('2026-11-22T12:00:00.000Z');

function objects(script: ScriptedFetch, environment: Readonly<Record<string, string>> = { AWS_REGION: 'eu-west-1' }) {
  const settings = s3Settings('models', { ...keys, ...environment });
  return new ObjectStore(settings, { now, fetch: script.fetch, wait: async () => undefined, random: () => 0 });
}

describe('the environment', () => {
  const settings = (environment: Readonly<Record<string, string>>) => async () => s3Settings('models', environment);

  it('gives keys, region and endpoint; the one of S3 before the general one', () => {
    const given = {
      ...keys,
      AWS_SESSION_TOKEN: 'token',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'us-east-2',
      AWS_ENDPOINT_URL: 'https://general.example',
      AWS_ENDPOINT_URL_S3: 'https://objects.example',
    };
    expect(s3Settings('models', given)).toEqual({
      bucket: 'models',
      region: 'eu-west-1',
      endpoint: 'https://objects.example',
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'secret',
      sessionToken: 'token',
      warnings: [],
    });
  });

  it('with keys that do not expire, or an open connection, is warned about', () => {
    const given = { ...keys, AWS_ENDPOINT_URL: 'http://objects.example' };
    expect(s3Settings('models', given).warnings).toEqual([
      'The object store is used with a static key (no AWS_SESSION_TOKEN): who learns it keeps access until somebody deletes it. Use keys that expire: on GitHub, OpenID Connect and a role.',
      'Data travel to objects.example unencrypted: use https.',
    ]);
  });

  it.each([
    [{}, 'the object store needs AWS_ACCESS_KEY_ID, which is not set'],
    [
      { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: '' },
      'the object store needs AWS_SECRET_ACCESS_KEY, which is not set',
    ],
    [keys, 'AWS_REGION is not set'],
    [{ ...keys, AWS_REGION: 'evil.example/' }, 'AWS_REGION is no region'],
    [{ ...keys, AWS_ENDPOINT_URL: 'objects' }, 'AWS_ENDPOINT_URL is no address of an object store'],
    [{ ...keys, AWS_ENDPOINT_URL: 'https://a:b@objects.example' }, 'AWS_ENDPOINT_URL is no address of an object store'],
  ])('that lacks something is refused: %j', async (environment, message) => {
    expect((await refusal(settings(environment)())).slice(0, 2)).toEqual(['baseline-unreadable', message]);
  });

  it('names buckets as S3 does', async () => {
    const work = async () => s3Settings('Models/../x', keys);
    expect((await refusal(work()))[1]).toBe('"Models/../x" is no name of a bucket');
  });
});

describe('requests', () => {
  it('are signed for the region, with the hash of the body and the token of the session', async () => {
    const script = scripted(page('', 200, { etag: '"1"' }));
    const store = objects(script, { AWS_REGION: 'eu-west-1', AWS_SESSION_TOKEN: 'token' });
    await store.putIf('a b/c', new TextEncoder().encode('x'), { kind: 'absent' });
    const [asked] = script.asked;
    expect([asked?.method, asked?.url]).toEqual(['PUT', 'https://models.s3.eu-west-1.amazonaws.com/a%20b/c']);
    expect(Object.fromEntries(asked?.headers ?? [])).toMatchObject({
      'if-none-match': '*',
      'x-amz-content-sha256': '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
      'x-amz-date': '20261122T120000Z',
      'x-amz-security-token': 'token',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20261122\/eu-west-1\/s3\/aws4_request, SignedHeaders=host;if-none-match;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
      ),
    });
  });

  it.each(['../other-bucket/x', 'a/../b', '/a', 'a/', 'a\nb', ''])('for the key %j are not sent', async (key) => {
    const script = scripted(page('', 200));
    expect((await refusal(objects(script).get(key, 10)))[0]).toBe('policy-invalid');
    expect(script.asked).toEqual([]);
  });

  it('are never sent on to where the store redirects: the signature holds for one host', async () => {
    const script = scripted(
      page('<Error><Code>PermanentRedirect</Code></Error>', 301, { location: 'https://x.example/' }),
    );
    expect(await refusal(objects(script).get('a', 10))).toEqual([
      'baseline-unreadable',
      'the bucket models answered 301 PermanentRedirect to reading a',
      'set AWS_REGION to the region of the bucket',
    ]);
    expect(script.asked.length).toBe(1);
  });

  it('are repeated four times at most, and the key that S3 echoes is not shown', async () => {
    const slow = scripted(page('<Error><Code>SlowDown</Code></Error>', 503));
    expect((await refusal(objects(slow).get('a', 10)))[1]).toBe('the bucket models answered 503 SlowDown to reading a');
    expect(slow.asked.length).toBe(4);
    const body = '<Error><Code>InvalidAccessKeyId</Code><AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId></Error>';
    const said = await refusal(objects(scripted(page(body, 403))).get('a', 10));
    expect(said.join(' ')).not.toContain('AKIDEXAMPLE');
  });

  it('that find nothing are told from a store that is not there', async () => {
    expect(await objects(scripted(page('<Error><Code>NoSuchKey</Code></Error>', 404))).get('a', 10)).toBe(undefined);
    expect((await refusal(objects(scripted(page('<html>', 404))).get('a', 10))).slice(1)).toEqual([
      'the bucket models answered 404 to reading a',
      'check that the address is that of an object store speaking S3',
    ]);
  });
});

describe("the champion's pointer", () => {
  const move = { manifest: 'b'.repeat(64), expected: undefined, by: 'run 2', at: now(), writer: 'w2' };
  const stored = (writer: string) =>
    page(
      JSON.stringify({
        schema: 'https://github.com/modelgate/modelgate/champion-pointer/v1',
        manifest: 'b'.repeat(64),
        previous: null,
        movedAt: now().toISOString(),
        by: 'somebody',
        writer,
      }),
      200,
      { etag: '"2"' },
    );

  it('that was written although the answer was lost is ours', async () => {
    const script = scripted(page('', 500), page('', 412), stored('w2'));
    const moved = await new S3BaselineStore(objects(script), '').moveChampionPointer('x', move);
    expect(moved).toMatchObject({ kind: 'moved', found: { etag: '"2"' } });
  });

  it("that met another's is not", async () => {
    const script = scripted(page('', 500), page('', 412), stored('w1'));
    const moved = await new S3BaselineStore(objects(script), '').moveChampionPointer('x', move);
    expect(moved).toMatchObject({ kind: 'overtaken', now: { pointer: { writer: 'w1' } } });
  });

  it('in a store that lets the last writer win is not believed', async () => {
    const script = scripted(page('', 200, { etag: '"1"' }), stored('w1'));
    expect((await new S3BaselineStore(objects(script), '').moveChampionPointer('x', move)).kind).toBe('overtaken');
  });

  it('in a store without conditional writes is refused', async () => {
    const script = scripted(page('<Error><Code>NotImplemented</Code></Error>', 501));
    expect(await refusal(new S3BaselineStore(objects(script), '').moveChampionPointer('x', move))).toEqual([
      'baseline-unreadable',
      'the bucket models answered 501 NotImplemented to writing x/champion.json',
      'this store has no conditional writes, without which a champion can be lost: use one that has',
    ]);
  });

  it('that is none is unreadable, which is not "no champion yet"', async () => {
    const script = scripted(page('{"manifest": "../x"}', 200, { etag: '"1"' }));
    expect((await refusal(new S3BaselineStore(objects(script), 'p').find('x')))[0]).toBe('baseline-unreadable');
  });
});
