import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FolderStore, fetchChampion, registriesOf } from '../src/index.ts';
import { json, scripted } from './scripted-fetch.ts';
import { content, emptyFolder, manifest, refusal } from './stored.ts';

const now = () => new Date('2026-11-22T12:00:00Z');
const uri = 'https://models.example.org';

describe('MLflow, from the environment', () => {
  const authorization = async (environment: Readonly<Record<string, string>>) => {
    const server = scripted(() => new Response('3.17.2'));
    await registriesOf({ MLFLOW_TRACKING_URI: uri, ...environment }, { now, fetch: server.fetch })
      .mlflow()
      .server();
    return server.asked[0]?.headers.get('authorization');
  };

  it.each([
    [{}, null],
    [{ MLFLOW_TRACKING_TOKEN: 't' }, 'Bearer t'],
    [{ MLFLOW_TRACKING_USERNAME: 'u', MLFLOW_TRACKING_PASSWORD: 'p' }, `Basic ${btoa('u:p')}`],
    // as MLflow's own client chooses
    [
      { MLFLOW_TRACKING_USERNAME: 'u', MLFLOW_TRACKING_PASSWORD: 'p', MLFLOW_TRACKING_TOKEN: 't' },
      `Basic ${btoa('u:p')}`,
    ],
    [{ MLFLOW_TRACKING_TOKEN: '', MLFLOW_TRACKING_INSECURE_TLS: 'false' }, null],
  ])('%o is sent as %s', async (environment, expected) => {
    expect(await authorization(environment)).toBe(expected);
  });

  const refused = (environment: Readonly<Record<string, string>>) =>
    refusal((async () => registriesOf(environment, { now }).mlflow())());

  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    [
      'no address (an undefined secret is an empty text)',
      { MLFLOW_TRACKING_URI: '' },
      [
        'baseline-unreadable',
        'the champion is in MLflow, and MLFLOW_TRACKING_URI is not set',
        'give it to this step: `env: { MLFLOW_TRACKING_URI: "${' +
          '{ vars.MLFLOW_TRACKING_URI }}" }`, and the credentials beside it from secrets; pull requests from forks get no secrets',
      ],
    ],
    [
      'a user without a password',
      { MLFLOW_TRACKING_URI: uri, MLFLOW_TRACKING_USERNAME: 'u' },
      [
        'baseline-unreadable',
        'MLFLOW_TRACKING_USERNAME is set, and MLFLOW_TRACKING_PASSWORD is not',
        'give both to this step: `env: { MLFLOW_TRACKING_PASSWORD: "${' + '{ secrets.MLFLOW_TRACKING_PASSWORD }}" }`',
      ],
    ],
    [
      'certificates that are not checked',
      { MLFLOW_TRACKING_URI: uri, MLFLOW_TRACKING_INSECURE_TLS: 'true' },
      [
        'baseline-unreadable',
        'MLFLOW_TRACKING_INSECURE_TLS asks to believe whoever answers in place of the MLflow server, and to tell it the credentials',
        'remove it; an authority of your own is trusted through NODE_EXTRA_CA_CERTS: <file>',
      ],
    ],
    [
      'a password in the address',
      { MLFLOW_TRACKING_URI: 'https://u:secret@models.example.org' },
      [
        'baseline-unreadable',
        'the MLflow tracking address of models.example.org holds a user or password',
        'give it as https://host/path; credentials are given apart, as secrets',
      ],
    ],
  ])('%s is refused', async (_, environment, expected) => {
    expect(await refused(environment)).toEqual(expected);
  });

  it('a certificate file that is not read, and credentials in the open', () => {
    const environment = {
      MLFLOW_TRACKING_URI: 'http://models.example.org',
      MLFLOW_TRACKING_TOKEN: 't',
      MLFLOW_TRACKING_SERVER_CERT_PATH: 'ca.pem',
    };
    expect(registriesOf(environment, { now }).mlflow().warnings).toEqual([
      'MLFLOW_TRACKING_SERVER_CERT_PATH is not read here: name the same file in NODE_EXTRA_CA_CERTS.',
      'The credentials travel to models.example.org unencrypted: use https.',
    ]);
    expect(
      registriesOf({ ...environment, NODE_EXTRA_CA_CERTS: 'ca.pem', MLFLOW_TRACKING_TOKEN: '' }, { now }).mlflow()
        .warnings,
    ).toEqual([]);
  });
});

describe('where nothing may be asked over the network', () => {
  it.each([
    { from: 'mlflow', model: 'models:/delays/3' } as const,
    { from: 's3', bucket: 'models', prefix: 'champions' } as const,
  ])('a champion $from is refused', async (source) => {
    const request = {
      source,
      policy: 'delays',
      gate: 'quality',
      leg: undefined,
      workspace: '.',
      temporary: '.',
      now: now(),
    };
    const recorded = new FolderStore(emptyFolder());
    const contents = { baseCommit: () => Promise.reject(new Error()), read: () => Promise.reject(new Error()) };
    expect(await refusal(fetchChampion(request, { recorded, contents }))).toEqual([
      'baseline-unreadable',
      `a champion from ${source.from} is asked for over the network, which is closed here`,
      'use champion: { from: recorded }, git or file',
    ]);
  });
});

describe('which examples a run of MLflow answered', () => {
  const digest = async (datasets: readonly { digest: string; context: string }[]) => {
    const run = {
      info: { run_id: 'a'.repeat(32), experiment_id: '1', status: 'FINISHED', end_time: now().getTime() },
      data: { metrics: [{ key: 'f1', value: 0.9, timestamp: 1 }] },
      inputs: {
        dataset_inputs: datasets.map(({ digest, context }) => ({
          dataset: { name: 'd', digest },
          tags: [{ key: 'mlflow.data.context', value: context }],
        })),
      },
    };
    const server = scripted(() => new Response('3.17.2'), json({ run }));
    const registries = registriesOf({ MLFLOW_TRACKING_URI: uri }, { now, fetch: server.fetch });
    const request = {
      source: { from: 'mlflow', model: `runs:/${'a'.repeat(32)}` } as const,
      ...{ policy: 'delays', gate: 'quality', leg: undefined, workspace: '.', wants: 'metrics' as const },
      ...{ temporary: emptyFolder(), now: now() },
    };
    const recorded = new FolderStore(emptyFolder());
    const contents = { baseCommit: () => Promise.reject(new Error()), read: () => Promise.reject(new Error()) };
    const champion = await fetchChampion(request, { recorded, contents, registries });
    return champion.kind === 'results' ? champion.identity.examplesDigest : champion.kind;
  };

  it('is what it names for evaluation, beside its training data', async () => {
    const [train, golden, other] = [
      { digest: '1111', context: 'training' },
      { digest: '2222', context: 'eval' },
      { digest: '3333', context: 'test' },
    ];
    expect(await digest([train, golden])).toBe('2222');
    expect(await digest([train])).toBe('1111');
    expect(await digest([train, golden, other])).toBe(undefined);
    expect(await digest([])).toBe(undefined);
  });
});

describe('what is said beside a champion', () => {
  const runId = 'a'.repeat(32);
  const record = 'modelgate-baseline--flight-delays--quality';
  const text = JSON.stringify(manifest);
  const seal = createHash('sha256').update(text).digest('hex');

  /** A server with one run: metrics, tags, and a recorded baseline among its artifacts. */
  const server = (tags: Readonly<Record<string, string>>) =>
    scripted(({ url }) => {
      const { pathname, searchParams } = new URL(url);
      if (pathname === '/version') return new Response('3.17.2');
      if (pathname.endsWith('/artifacts/list')) {
        const files = ['baseline.json', 'predictions.csv'].map((file) => ({
          path: `${searchParams.get('path')}/${file}`,
        }));
        return Response.json({ files });
      }
      if (pathname.endsWith('/baseline.json')) return new Response(text);
      if (pathname.endsWith('/predictions.csv')) return new Response(content);
      return Response.json({
        run: {
          info: {
            run_id: runId,
            experiment_id: '1',
            status: 'FINISHED',
            end_time: now().getTime(),
            artifact_uri: `mlflow-artifacts:/1/${runId}/artifacts`,
          },
          data: {
            metrics: [
              { key: 'f1', value: 0.9, timestamp: 1 },
              { key: 'auc', value: 'NaN', timestamp: 1 },
              { key: 'loss', value: 0, timestamp: 0 },
            ],
            tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
          },
        },
      });
    });
  const noticesOf = async (wants: 'rows' | 'metrics', tags: Readonly<Record<string, string>> = {}) => {
    const registries = registriesOf({ MLFLOW_TRACKING_URI: uri }, { now, fetch: server(tags).fetch });
    const source = { from: 'mlflow', model: `runs:/${runId}` } as const;
    const request = { source, policy: 'flight-delays', gate: 'quality', leg: undefined, workspace: '.', wants };
    const recorded = new FolderStore(emptyFolder());
    const contents = { baseCommit: () => Promise.reject(new Error()), read: () => Promise.reject(new Error()) };
    const where = { temporary: emptyFolder(), now: now() };
    const champion = await fetchChampion({ ...request, ...where }, { recorded, contents, registries });
    return champion.kind === 'results' ? champion.notices : champion.kind;
  };

  it('a record that no tag vouches for', async () => {
    expect(await noticesOf('rows', { [`modelgate.baseline.${record}`]: seal })).toEqual([]);
    expect(await noticesOf('rows')).toEqual([
      `The champion's record in run ${runId} was put there by other means than Modelgate's: no tag of the run vouches for it.`,
    ]);
  });

  it('metrics that hold no number', async () => {
    expect(await noticesOf('metrics')).toEqual([
      "Metrics of the champion's run that hold no number were left out: auc (NaN), loss (0 without a time: what MLflow stores for a bare NaN or Infinity).",
    ]);
  });
});
