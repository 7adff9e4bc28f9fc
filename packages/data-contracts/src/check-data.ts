import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { dataLineage } from '@modelgate/baselines';
import {
  type DataContract,
  type DataGate,
  type DataTable,
  type GateOutcome,
  type InputIdentity,
  type Judgement,
  type OnInconclusive,
  overall,
  type PolicyDocument,
  PolicyError,
  type Problem,
  UserError,
  type Waiver,
  type YamlDocument,
} from '@modelgate/core';
import type { DataEngine, OpenOptions, Source, Tables } from '@modelgate/tables';
import { dataChange } from './data-change.ts';
import { duckdb, trino } from './dialect.ts';
import { type DataRules, judgeMeasurement } from './judge-data.ts';
import { measureContract } from './measure-contract.ts';
import type { ContractWorld } from './measurement.ts';
import { counted } from './number-words.ts';
import type { Profile } from './profile.ts';
import { proposedProfileChange } from './profile-change.ts';
import { profilePatch } from './profile-patch.ts';
import { parseProfile, writeProfile } from './profile-text.ts';
import { profileTable } from './profiler.ts';
import { digest, type ReadContract, type RuleFiles, readContract } from './rule-files.ts';
import { sourceAsAsked } from './table-measurement.ts';
import { linesOf } from './text-lines.ts';

export interface DataRequest {
  readonly document: PolicyDocument;
  readonly gate: string;
  readonly leg: string | undefined;
  /** What the stage does with `inconclusive`; the gate may say otherwise. */
  readonly onInconclusive: OnInconclusive;
  /** Of all gates; those of this one are picked. */
  readonly waivers: readonly Waiver[];
  /** Part of the table that this stage looks at, in (0, 1]. */
  readonly sample: number;
  /** The policy whose lines readers see; undefined where there is none to point at. */
  readonly checkout: YamlDocument | undefined;
  /** The commit that is measured, and who measures, for a profile. */
  readonly commit: string;
  readonly tool: string;
}

/** What a data gate needs of the world. */
export interface DataWorld {
  /** Absolute; every path of a policy starts here. */
  readonly workspace: string;
  /** Absolute; a folder of ours for this gate. */
  readonly temporary: string;
  readonly now: Date;
  readonly rules: RuleFiles;
  /** Credentials of servers and object stores, by the usual names; nothing of it is in a policy. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  openTables(remote: OpenOptions['remote']): Promise<Tables>;
  /** Text of a file of the workspace. @throws UserError file-missing */
  readText(path: string): Promise<string>;
}

/**
 * Runs one data gate: contract, table, measure, judge, and propose a profile where the table passed.
 *
 * @throws PolicyError when the policy cannot be understood; anything else that a person can mend is in the outcome
 */
export async function checkData(request: DataRequest, world: DataWorld): Promise<GateOutcome> {
  const gate = request.document.policy.gates[request.gate];
  if (gate?.kind !== 'data')
    throw PolicyError.of(request.document.document.locate([]).file, `has no data gate ${request.gate}`);
  const onInconclusive = gate['on-inconclusive'] ?? request.onInconclusive;
  let engine: DataEngine | undefined;
  try {
    const contract = await readContract({ ...request, id: request.gate, gate }, world.rules);
    engine = await engineOf(gate, contract.contract, world);
    return await judged({ request, world, gate, contract, engine, onInconclusive });
  } catch (error) {
    const problem = problemOf(error);
    const { reason } = problem;
    return { status: 'error', reason, stops: true, checks: [], notices: [], inputs: [], onInconclusive, problem };
  } finally {
    await engine?.close();
  }
}

interface Run {
  readonly request: DataRequest;
  readonly world: DataWorld;
  readonly gate: DataGate;
  readonly contract: ReadContract;
  readonly engine: DataEngine;
  readonly onInconclusive: OnInconclusive;
}

async function judged(run: Run): Promise<GateOutcome> {
  const { request, world, gate, contract, engine, onInconclusive } = run;
  const whole = await engine.describe(gate.table);
  const source = await sampled(whole, run);
  const reference = await referenceOf(gate, world.rules);
  const measuring = contractWorld(run, source);
  const measurements = await measureContract(measuring, { reference: reference.profile, index: gate.index });
  const rules: DataRules = {
    onInconclusive,
    waivers: request.waivers.filter((waiver) => waiver.gate === request.gate),
    now: world.now,
    confidence: request.document.policy.confidence,
    sampledFrom: source.sampledFrom,
    rows: source.rows,
    drift: contract.contract.drift?.judged ?? 'not-disproven',
  };
  const judgements = measurements.map((one) => judgeMeasurement(one, rules, contract.where(one.path)));
  const checks = judgements.map(({ check }) => check);
  const files = [...whole.files.map((file) => file.path)];
  const { lineage, notices: ofLineage } = await dataLineage({ workspace: world.workspace, files });
  const outcome = overallOf(judgements);
  const proposal = await proposedProfile(outcome.status, reference, source, run);
  const change = await dataChange(
    { contract: contract.file, profile: gate.profile },
    { source: whole, profile: reference.profile },
    world.rules,
  );
  return {
    ...outcome,
    checks,
    onInconclusive,
    notices: [...reference.notices, ...ofLineage],
    rows: source.rows,
    rowsAre: 'rows',
    inputs: [identityOf('data', whole)],
    ...(lineage.length === 0 ? {} : { lineage: [...lineage] }),
    data: {
      table: gate.table,
      columns: whole.columns.length,
      ...(source.sampledFrom === undefined ? {} : { sampledFrom: source.sampledFrom }),
      engine: engine.kind,
      contract: {
        name: contract.contract.name,
        ...(contract.file === undefined ? {} : { file: contract.file }),
        sha256: contract.sha256,
      },
      ...(reference.told === undefined ? {} : { profile: reference.told }),
      ...(proposal === undefined ? {} : { proposedProfile: proposal.told }),
    },
    ...(proposal === undefined ? {} : { proposedProfile: proposal.folder }),
    ...(change === undefined ? {} : { dataChange: change }),
    ...(await subjectOf(gate, whole, request, world)),
  };
}

function overallOf(judgements: readonly Judgement[]): Pick<GateOutcome, 'status' | 'reason' | 'stops'> {
  return {
    ...overall(judgements.map(({ check }) => check)),
    stops: judgements.some(({ stops }) => stops),
  };
}

/** A sample keeps the rows of one key together, so that what is shared within it is seen. */
async function sampled(whole: Source, { request, gate, contract, engine }: Run): Promise<Source> {
  if (request.sample >= 1) return whole;
  const key = gate['sample-by'] ?? contract.contract.keys[0]?.columns;
  const source = await engine.sample(whole, {
    share: request.sample,
    seed: seedOf(request),
    ...(key === undefined ? {} : { key }),
  });
  if (source.rows > 0) return source;
  throw new UserError(
    'file-empty',
    `a sample of ${request.sample * 100} % of ${counted(whole.rows, 'row')} has no row`,
    {
      how: 'raise the share in `stages`, or leave out the sample of so small a table',
    },
  );
}

function seedOf({ document, gate }: DataRequest): string {
  return digest(`${document.policy.name}/${gate}`).slice(0, 32);
}

function contractWorld({ request, world, gate, contract, engine }: Run, source: Source): ContractWorld {
  const described = new Map<string, Promise<Source>>();
  return {
    engine,
    dialect: engine.kind === 'trino' ? trino : duckdb,
    source,
    contract: contract.contract,
    table: (name) => {
      const place = contract.contract.tables[name] ?? name;
      const known = described.get(place) ?? engine.describe(place);
      described.set(place, known);
      return known;
    },
    readText: (file) => world.readText(file),
    lines: (pattern) => linesOf(world.workspace, pattern),
    now: world.now,
    seed: seedOf(request),
    situation: { environment: gate.environment, today: world.now.toISOString().slice(0, 10) },
  };
}

async function engineOf(gate: DataGate, contract: DataContract, world: DataWorld): Promise<DataEngine> {
  if (gate.engine === undefined) {
    const { remoteOf } = await import('./remote-tables.ts');
    return await world.openTables(remoteOf(gate, contract, world.environment));
  }
  const { openTrino } = await import('@modelgate/tables');
  const { url, user, catalog, schema, 'timeout-minutes': minutes } = gate.engine.trino;
  const password = world.environment['TRINO_PASSWORD'];
  return await openTrino({
    url,
    user,
    timeout: minutes * 60_000,
    fetch: globalThis.fetch,
    ...(catalog === undefined ? {} : { catalog }),
    ...(schema === undefined ? {} : { schema }),
    ...(password === undefined ? {} : { password }),
  });
}

interface Reference {
  readonly profile: Profile | undefined;
  readonly text: string | undefined;
  readonly told: DataTable['profile'];
  readonly notices: readonly string[];
}

/** A profile that is named and not there yet is proposed, and said. */
async function referenceOf({ profile: file }: DataGate, rules: RuleFiles): Promise<Reference> {
  if (file === undefined) return { profile: undefined, text: undefined, told: undefined, notices: [] };
  const text = await rules.read(file);
  if (text === undefined) {
    const notice = `There is no profile ${file} yet: drift was not measured. The proposed one is an artifact of this run; commit it as ${file}.`;
    return { profile: undefined, text: undefined, told: undefined, notices: [notice] };
  }
  const profile = parseProfile(text, file);
  const { rows, commit, sha256 } = profile;
  return { profile, text, told: { file, rows, commit, sha256 }, notices: [] };
}

interface Proposal {
  readonly told: NonNullable<DataTable['proposedProfile']>;
  readonly folder: NonNullable<GateOutcome['proposedProfile']>;
}

/** Never made of a table that fails, nor of a part of one. */
async function proposedProfile(
  status: GateOutcome['status'],
  reference: Reference,
  source: Source,
  { request, world, gate, contract, engine }: Run,
): Promise<Proposal | undefined> {
  const { profile: file } = gate;
  if (file === undefined || source.sampledFrom !== undefined) return undefined;
  if (status !== 'pass' && status !== 'warn' && status !== 'inconclusive') return undefined;
  if (reference.profile?.sha256 === source.digest) return undefined;
  const { commit, tool } = request;
  const dialect = engine.kind === 'trino' ? trino : duckdb;
  // a column that the contract reads as text is described as text
  const asked = sourceAsAsked({ engine, source, contract: contract.contract });
  const profile = await profileTable({ engine, dialect, source: asked }, { commit, tool });
  const folder = path.join(world.temporary, 'profile');
  const name = path.basename(file);
  await mkdir(folder, { recursive: true });
  const text = writeProfile(profile);
  const patch = `${name}.patch`;
  await writeFile(path.join(folder, name), text);
  await writeFile(path.join(folder, patch), profilePatch(reference.text, text, file));
  const artifact = ['modelgate-profile', request.document.policy.name, request.gate, request.leg]
    .filter(Boolean)
    .join('-');
  return {
    told: { artifact, file, words: proposedProfileChange(reference.profile, profile) },
    folder: { name: artifact, folder, files: [name, patch] },
  };
}

function identityOf(
  role: InputIdentity['role'],
  { path: name, files, bytes, digest: sha256, rows }: Source,
): InputIdentity {
  return { role, name, files: files.length, bytes, sha256, rows };
}

/** Of an index its manifest; else what the policy names, and where it names nothing the table itself. */
async function subjectOf(
  gate: DataGate,
  { digest: sha256 }: Source,
  { document }: DataRequest,
  world: DataWorld,
): Promise<Pick<GateOutcome, 'subject'>> {
  if (gate.index !== undefined)
    return { subject: { name: gate.index, sha256: digest(await world.readText(gate.index)) } };
  return document.policy.subject === undefined ? { subject: { name: gate.table, sha256 } } : {};
}

/** What a person can mend becomes part of the verdict; anything else is a defect and goes up. */
function problemOf(error: unknown): Problem {
  if (error instanceof PolicyError) {
    const [first] = error.problems;
    const where = first === undefined ? {} : { where: first.where };
    return { reason: 'contract-invalid', message: error.message, ...where };
  }
  if (!(error instanceof UserError)) throw error;
  const { reason, message, how, where } = error;
  return {
    reason,
    message,
    ...(how === undefined ? {} : { how }),
    ...(where === undefined ? {} : { where }),
  };
}
