import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { attestationsOf, readText, subjectAt } from '@modelgate/action';
import {
  duration,
  type EvidencePolicy,
  evidenceLevels,
  type PolicyDocument,
  parsePolicy,
  UserError,
} from '@modelgate/core';
import {
  type EvidenceFile,
  type Expectations,
  evidenceLines,
  expectationsOf,
  issuerOf,
  type TrustMaterialSource,
  verifyEvidence,
} from '@modelgate/evidence';
import type { Shell } from './command.ts';

export interface VerifyOptions {
  readonly subject: string | undefined;
  readonly evidence: readonly string[];
  readonly policy: string;
  readonly gate: readonly string[];
  readonly key?: string;
  readonly 'trusted-root'?: string;
  readonly issuer?: string;
  readonly repository?: string;
  readonly 'repository-id'?: string;
  readonly ref?: readonly string[];
  readonly 'signer-workflow'?: string;
  readonly 'signer-commit'?: readonly string[];
  readonly commit?: string;
  readonly 'max-age'?: string;
  readonly level?: string;
  readonly json: boolean;
}

/**
 * Whether a model is the one that the policy's gates have passed, and by whose word. Asks nobody but the files it is
 * given, and GitHub's attestations where it is told to.
 *
 * @returns the exit code: 0 accepted, 1 refused
 * @throws UserError for what the caller can mend
 */
export async function verify(options: VerifyOptions, shell: Shell): Promise<number> {
  const text = await readText(shell.folder, options.policy);
  const document = parsePolicy(text, options.policy);
  const sha256 = await subjectDigest(options.subject, document, shell.folder);
  const expected = await expectations({ options, document, text, sha256 }, shell);
  const files = await evidenceFiles(options.evidence, { sha256, shell, repository: expected.repository.fullName });
  const decision = await verifyEvidence(files, expected);
  shell.out(options.json ? `${JSON.stringify(decision, null, 2)}\n` : `${evidenceLines(decision).join('\n')}\n`);
  return decision.accepted ? 0 : 1;
}

async function subjectDigest(given: string | undefined, { policy }: PolicyDocument, folder: string): Promise<string> {
  const name = given ?? policy.subject?.model;
  if (name === undefined)
    throw new UserError('evidence-subject', 'which model is to be verified is not said', {
      how: 'name it: modelgate verify out/model.joblib, or modelgate verify sha256:<digest>',
    });
  const digest = /^sha256:([0-9a-f]{64})$/.exec(name)?.[1];
  if (digest !== undefined) return digest;
  const { subject, notice } = await subjectAt(folder, name);
  if (subject.sha256 !== undefined) return subject.sha256;
  throw new UserError('file-missing', notice?.replace(/, so this verdict.*$/, '') ?? `there is no model ${name}`, {
    how: 'name the file or folder that is to be released, below the folder you are in, or its digest as sha256:…',
  });
}

interface Asking {
  readonly options: VerifyOptions;
  readonly document: PolicyDocument;
  readonly text: string;
  readonly sha256: string;
}

async function expectations({ options, document, text, sha256 }: Asking, shell: Shell): Promise<Expectations> {
  const { policy } = document;
  const evidence = withOptions(policy.evidence, options);
  const serverUrl = shell.env['GITHUB_SERVER_URL'] || 'https://github.com';
  const unknown = options.gate.find((gate) => policy.gates[gate] === undefined);
  if (unknown !== undefined)
    throw new UserError('policy-invalid', `the policy ${policy.name} has no gate ${unknown}`, {
      how: `its gates are: ${Object.keys(policy.gates).join(', ')}`,
    });
  return expectationsOf(
    {
      evidence,
      policy: { name: policy.name, sha256: createHash('sha256').update(text).digest('hex') },
      repository: await repositoryOf(options, shell),
      defaultBranch: await defaultBranch(shell.folder),
    },
    {
      trust: await trust(evidence, options.issuer ?? issuerOf(serverUrl), shell),
      subject: { sha256 },
      gates: options.gate.length > 0 ? options.gate : Object.keys(policy.gates),
      now: new Date(),
      commit: options.commit,
      serverUrl,
    },
  );
}

/** Options of the command stand above the policy: here the person who verifies is the one who decides. */
function withOptions(evidence: EvidencePolicy, options: VerifyOptions): EvidencePolicy {
  const level = evidenceLevels.find((one) => one === options.level);
  if (options.level !== undefined && level === undefined)
    throw new UserError('policy-invalid', `--level ${options.level} is not allowed`, {
      how: 'write attested or witnessed',
    });
  const age = options['max-age'];
  if (age !== undefined && !duration.safeParse(age).success)
    throw new UserError('policy-invalid', `--max-age ${age} is no duration`, { how: 'write 30d, 12h or 8w' });
  return {
    ...evidence,
    ...(options.key === undefined ? {} : { 'signed-by': { key: options.key } }),
    ...(options['trusted-root'] === undefined ? {} : { 'trusted-root': options['trusted-root'] }),
    ...(options['trusted-root'] !== undefined && typeof evidence['signed-by'] !== 'string' && options.key === undefined
      ? { 'signed-by': 'github' as const }
      : {}),
    ...(options['signer-workflow'] === undefined ? {} : { workflow: options['signer-workflow'] }),
    ...(options['signer-commit'] === undefined ? {} : { commits: [...options['signer-commit']] }),
    ...(options.ref === undefined ? {} : { refs: [...options.ref] }),
    ...(age === undefined ? {} : { 'max-age': age }),
    ...(level === undefined ? {} : { level }),
  };
}

async function trust(evidence: EvidencePolicy, issuer: string, shell: Shell): Promise<TrustMaterialSource> {
  const by = evidence['signed-by'];
  if (typeof by !== 'string') return { kind: 'key', pem: await readText(shell.folder, by.key) };
  const root = evidence['trusted-root'];
  if (root !== undefined) return { kind: 'root', json: await readText(shell.folder, root), issuer };
  throw new UserError('evidence-untrusted', 'there is no trust root to verify with', {
    how: 'gh attestation trusted-root > trusted_root.jsonl, then --trusted-root trusted_root.jsonl, or commit it and name it in `evidence.trusted-root` of the policy; with a key: --key cosign.pub',
  });
}

async function repositoryOf(options: VerifyOptions, { env, folder }: Shell): Promise<Expectations['repository']> {
  const fullName = options.repository ?? env['GITHUB_REPOSITORY'] ?? (await originOf(folder));
  const id = Number(options['repository-id'] ?? env['GITHUB_REPOSITORY_ID']);
  if (fullName === undefined)
    throw new UserError('evidence-repository', 'which repository the evidence must come from is not said', {
      how: 'add --repository owner/name --repository-id <id>',
    });
  if (Number.isSafeInteger(id) && id > 0) return { fullName, id };
  throw new UserError('evidence-repository', `the id of ${fullName} is not said, and a name can be taken over`, {
    how: `add --repository-id "$(gh api repos/${fullName} --jq .id)"`,
  });
}

async function originOf(folder: string): Promise<string | undefined> {
  const address = await git(folder, ['remote', 'get-url', 'origin']);
  return /[/:]([^/:\s]+\/[^/\s]+?)(?:\.git)?$/.exec(address ?? '')?.[1];
}

async function defaultBranch(folder: string): Promise<string> {
  const head = await git(folder, ['symbolic-ref', '--short', 'refs/remotes/origin/HEAD']);
  return head?.replace(/^origin\//, '') ?? 'main';
}

async function git(folder: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('git', ['-C', folder, ...args]);
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

const largest = 32 * 2 ** 20;

async function evidenceFiles(
  named: readonly string[],
  { sha256, shell, repository }: { readonly sha256: string; readonly shell: Shell; readonly repository: string },
): Promise<readonly EvidenceFile[]> {
  const files: EvidenceFile[] = [];
  for (const name of named) {
    if (name === 'github') files.push(...(await fromGithub(sha256, repository, shell)));
    else files.push(...(await fromDisk(name, shell.folder)));
  }
  return files;
}

async function fromGithub(sha256: string, repository: string, { env }: Shell): Promise<readonly EvidenceFile[]> {
  const token = env['GITHUB_TOKEN'] || env['GH_TOKEN'];
  if (!token)
    throw new UserError('evidence-missing', '--evidence github asks GitHub, and there is no token', {
      how: 'set GITHUB_TOKEN, e.g. GITHUB_TOKEN="$(gh auth token)"',
    });
  const bundles = await attestationsOf(sha256, { repository, token, apiUrl: env['GITHUB_API_URL'] });
  return bundles.map((bundle, index) => ({
    name: `attestation ${index + 1} of ${repository}`,
    bytes: new TextEncoder().encode(bundle),
  }));
}

async function fromDisk(name: string, folder: string): Promise<readonly EvidenceFile[]> {
  const absolute = path.resolve(folder, name);
  const kind = await stat(absolute).catch(() => undefined);
  if (kind === undefined)
    throw new UserError('file-missing', `there is no evidence ${name}`, {
      how: 'download the artifact modelgate-evidence--… of the run that made the model: gh run download <run>',
    });
  const names = kind.isDirectory()
    ? (await readdir(absolute, { recursive: true })).filter((one) => /\.jsonl?$/.test(one)).toSorted()
    : [''];
  const files: EvidenceFile[] = [];
  for (const one of names) {
    const file = path.join(absolute, one);
    const { size } = await stat(file);
    if (size > largest)
      throw new UserError('evidence-unreadable', `${path.join(name, one)} has ${size} bytes; evidence is far smaller`);
    files.push({ name: path.join(name, one), bytes: await readFile(file) });
  }
  return files;
}
