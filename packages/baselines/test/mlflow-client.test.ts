import { describe, expect, it } from 'vitest';
import { MlflowClient, type MlflowOptions, mlflowStore, parseMlflowReference } from '../src/index.ts';
import { json, page, type ScriptedFetch, scripted } from './scripted-fetch.ts';
import { emptyFolder, refusal } from './stored.ts';

const runId = '26424aea33844489878d226645f35b82';
const info = {
  run_id: runId,
  experiment_id: '1',
  status: 'FINISHED',
  end_time: 1795318497711,
  artifact_uri: `mlflow-artifacts:/1/${runId}/artifacts`,
};

function client(script: ScriptedFetch, options: Partial<MlflowOptions> = {}): MlflowClient {
  const wait = async () => undefined;
  return new MlflowClient({
    trackingUri: 'https://models.example',
    fetch: script.fetch,
    wait,
    random: () => 0,
    ...options,
  });
}

const run = async () => await client(scripted(json({ run: { info } }))).run(runId);

describe('the address', () => {
  it.each([
    ['databricks', 'is no URL'],
    ['sqlite:///mlflow.db', 'begins with sqlite:, which no server answers to'],
    ['https://ada:secret@models.example', 'of models.example holds a user or password'],
    ['https://models.example/?token=secret', 'of models.example holds a query or fragment'],
  ])('%s is refused, without repeating what may be secret', async (trackingUri, why) => {
    const work = async () => new MlflowClient({ trackingUri });
    expect(await refusal(work())).toEqual([
      'baseline-unreadable',
      `the MLflow tracking address ${why}`,
      'give it as https://host/path; credentials are given apart, as secrets',
    ]);
  });

  it('may have a prefix; credentials over open http are warned about, but not on this machine', async () => {
    const script = scripted(json({ run: { info } }));
    const auth = { kind: 'bearer', token: 't' } as const;
    const open = client(script, { trackingUri: 'http://models.example/mlflow/', auth });
    await open.run(runId);
    expect(script.asked[0]?.url).toBe(`http://models.example/mlflow/api/2.0/mlflow/runs/get?run_id=${runId}`);
    expect(script.asked[0]?.headers.get('authorization')).toBe('Bearer t');
    expect(open.warnings).toEqual(['The credentials travel to models.example unencrypted: use https.']);
    expect(client(script, { trackingUri: 'http://127.0.0.1:5000', auth }).warnings).toEqual([]);
    expect(client(script, { trackingUri: 'http://models.example' }).warnings).toEqual([]);
  });
});

describe('replies', () => {
  it('leave out what is empty', async () => {
    expect(await run()).toMatchObject({ metrics: new Map(), tags: new Map(), params: new Map(), datasets: [] });
    expect(await client(scripted(json({}))).versionsOfRun(runId)).toEqual([]);
    expect(await client(scripted(json({}))).artifacts(await run(), 'gate')).toEqual([]);
  });

  it('hold metrics that are numbers, and ones that only look like it', async () => {
    const at = 1795318496711;
    const metrics = [
      { key: 'f1', value: 0.873, timestamp: at, step: 0 },
      { key: 'zero', value: 0, timestamp: at, step: 0 },
      { key: 'text', value: 'NaN', timestamp: at },
      { key: 'infinite', value: '-Infinity', timestamp: at },
      { key: 'bare', value: 0, timestamp: 0 },
      { key: 'bare_as_text', value: 0, timestamp: '0' },
      { key: 'none', value: null, timestamp: at },
    ];
    const found = await client(scripted(json({ run: { info, data: { metrics } } }))).run(runId);
    const bare = { kind: 'unusable', why: '0 without a time: what MLflow stores for a bare NaN or Infinity' };
    expect([...found.metrics]).toEqual([
      ['f1', { kind: 'value', value: 0.873 }],
      ['zero', { kind: 'value', value: 0 }],
      ['text', { kind: 'unusable', why: 'NaN' }],
      ['infinite', { kind: 'unusable', why: '-Infinity' }],
      ['bare', bare],
      ['bare_as_text', bare],
      ['none', { kind: 'unusable', why: 'empty' }],
    ]);
  });

  it('without any number are no champion, and say what stands there instead', async () => {
    const data = { metrics: [{ key: 'auc', value: 'NaN', timestamp: 1 }] };
    const script = scripted(page('3.17.2', 200), json({ run: { info, data } }));
    const store = mlflowStore(client(script), { kind: 'run', runId }, { now: () => new Date(0) });
    expect((await refusal(store.metrics(emptyFolder()))).slice(0, 2)).toEqual([
      'baseline-missing',
      `the run ${runId} has no metrics that hold a number: auc is NaN`,
    ]);
  });

  it('that are a page are of something else than MLflow', async () => {
    const login = scripted(page('<html>sign in</html>', 200));
    expect(await refusal(client(login).run(runId))).toEqual([
      'baseline-unreadable',
      'MLflow at models.example answered runs/get with a page instead of JSON',
      'check that the tracking address is that of an MLflow server, without a login page before it',
    ]);
    const shape = scripted(json({ run: { info: {} } }));
    expect((await refusal(client(shape).run(runId)))[1]).toMatch(
      /^MLflow at models\.example answered runs\/get with ✖ Invalid input: expected string, received undefined/,
    );
  });
});

describe('what is missing and what is refused', () => {
  const alias = (status: number, body: unknown) =>
    client(scripted(json(body, status))).findVersionByAlias('delays', 'champion');
  const invalid = (message: string) => ({ error_code: 'INVALID_PARAMETER_VALUE', message });

  it('an alias is missing by 400 with one text, or by 404 with one code', async () => {
    expect(await alias(400, invalid('Registered model alias champion not found.'))).toBe(undefined);
    expect(await alias(404, { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'x' })).toBe(undefined);
  });

  it('any other 400 and 404 is not that', async () => {
    expect((await refusal(alias(400, invalid("Invalid value for parameter 'name'")))).slice(0, 2)).toEqual([
      'baseline-unreadable',
      "MLflow at models.example answered 400 INVALID_PARAMETER_VALUE: Invalid value for parameter 'name'",
    ]);
    expect((await refusal(alias(404, { error_code: 'ENDPOINT_NOT_FOUND', message: '' })))[0]).toBe(
      'baseline-unreadable',
    );
    const html = client(scripted(page('<!doctype html><h1>Not Found</h1>', 404)));
    expect(await refusal(html.versionByAlias('delays', 'champion'))).toEqual([
      'baseline-unreadable',
      'MLflow at models.example answered 404: a page instead of JSON',
      'check the tracking address: an MLflow server of 2.3 or newer answers there with JSON',
    ]);
  });

  it('a text of the server is shown as one short line, and none of a broken server', async () => {
    const long = client(scripted(page(`Permission denied\n::error::x\u001b[31m${'y'.repeat(500)}`, 403)));
    const message = String((await refusal(long.run(runId)))[1]);
    expect(message).toMatch(/^MLflow at models\.example answered 403: Permission denied ::error::x \[31myyy/);
    expect(message.length).toBeLessThan(260);
    const broken = client(scripted(json({ error_code: 'INTERNAL_ERROR', message: "No such file: '/srv/art'" }, 500)));
    expect((await refusal(broken.run(runId)))[1]).toBe('MLflow at models.example answered 500 INTERNAL_ERROR');
  });

  it('a server that hides its version is still a server', async () => {
    const unknown = { version: undefined, major: undefined };
    expect(await client(scripted(page('<html>', 404))).server()).toEqual(unknown);
    expect(await client(scripted(page('hello', 200))).server()).toEqual(unknown);
    expect(await client(scripted(page('2.22.5\n', 200))).server()).toEqual({ version: '2.22.5', major: 2 });
  });
});

describe('artifacts', () => {
  it.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', 'a\\b', 'a/%2e%2e/b', './a', 'a\nb'])(
    '%j is refused',
    async (file) => {
      const script = scripted(json({}));
      expect((await refusal(client(script).download(await run(), file, 10))).slice(0, 2)).toEqual([
        'baseline-unreadable',
        `${JSON.stringify(file)} is no path of an artifact`,
      ]);
      expect(script.asked).toEqual([]);
    },
  );

  it('that a server lists outside of the folder are refused', async () => {
    const list = (path: string) => client(scripted(json({ files: [{ path, file_size: 1 }] })));
    expect((await refusal(list('../../secrets').download(await run(), 'gate/a.json', 10)))[0]).toBe(
      'baseline-unreadable',
    );
    expect((await refusal(list('other/a.json').download(await run(), 'gate/a.json', 10)))[1]).toBe(
      'MLflow at models.example lists a file outside of gate',
    );
  });

  it('are looked for on every page, and refused by their size before they are read', async () => {
    const script = scripted(
      json({ files: [{ path: 'gate/other.json', file_size: '3' }], next_page_token: 'p2' }),
      json({ files: [{ path: 'gate/a b.json', file_size: 20_971_520 }] }),
      page('bytes', 200),
    );
    const small = client(script);
    expect(await refusal(small.download(await run(), 'gate/a b.json', 1024 * 1024))).toEqual([
      'baseline-unreadable',
      `gate/a b.json of run ${runId} has 20.0 MiB; allowed are 1.0`,
      'record a smaller champion: the key and the output columns are enough',
    ]);
    expect(script.asked.map(({ url }) => new URL(url).searchParams.get('page_token'))).toEqual([null, 'p2']);
  });

  it('go through the server that was named, and through no other', async () => {
    const listed = json({ files: [{ path: 'a.json', file_size: 5 }] });
    const through = async (artifactUri: string) => {
      const script = scripted(listed, page('bytes', 200));
      await client(script).download({ ...(await run()), artifactUri }, 'a.json', 10);
      return script.asked[1]?.url.replace('https://models.example', '');
    };
    const proxied = `/api/2.0/mlflow-artifacts/artifacts/1/${runId}/artifacts/a.json`;
    expect(await through(`mlflow-artifacts:/1/${runId}/artifacts`)).toBe(proxied);
    expect(await through(`mlflow-artifacts://models.example/1/${runId}/artifacts`)).toBe(proxied);
    const pages = `/get-artifact?run_id=${runId}&path=a.json`;
    expect(await through(`mlflow-artifacts://elsewhere.example/1/${runId}/artifacts`)).toBe(pages);
    expect(await through(`s3://bucket/1/${runId}/artifacts`)).toBe(pages);
  });
});

describe('a reference', () => {
  it.each([
    ['models:/delays@champion', { kind: 'alias', name: 'delays', alias: 'champion' }],
    ['models:/flight delays.v2/12', { kind: 'version', name: 'flight delays.v2', version: '12' }],
    [`runs:/${runId}`, { kind: 'run', runId }],
  ])('%s is understood', (text, reference) => {
    expect(parseMlflowReference(text)).toEqual(reference);
  });

  it.each([
    'models:/delays/Production',
    'models:/delays/latest',
    'models:/delays@latest',
    'models:/delays',
    'models:/a/b@champion',
    'models:/delays/0',
    'runs:/abc',
    `runs:/${runId}/model`,
    'delays@champion',
  ])('%s is refused', async (text) => {
    const work = async () => parseMlflowReference(text);
    expect((await refusal(work())).slice(0, 2)).toEqual(['policy-invalid', `"${text}" names no champion in MLflow`]);
  });
});

it('a version that names no run has no results', async () => {
  const version = { name: 'delays', version: '3', source: 's3://bucket/model', run_id: '' };
  const script = scripted(page('3.17.2', 200), json({ model_version: version }));
  const store = mlflowStore(client(script), parseMlflowReference('models:/delays@champion'), {
    now: () => new Date(0),
  });
  expect(await refusal(store.find('x'))).toEqual([
    'baseline-missing',
    'version 3 of delays names no run, so it has no results',
    'register the model from the run that made it (model_uri="runs:/…"), or name that run: runs:/<id>',
  ]);
});
