import { createHash } from 'node:crypto';
import {
  type DataContract,
  type DataContractDocument,
  type DataGate,
  type KeyPath,
  type Location,
  type PolicyDocument,
  parseDataContract,
  UserError,
  type YamlDocument,
} from '@modelgate/core';

/** Where contracts and profiles are read from: where the policy is, so that a change cannot loosen its own. */
export interface RuleFiles {
  /** Text of a file; undefined where there is none. @throws UserError */
  read(path: string): Promise<string | undefined>;
  /** Where a change is judged: the same file before it and after it. */
  change?(path: string): Promise<{ readonly before: string | undefined; readonly after: string | undefined }>;
}

/** The contract that judges. */
export interface ReadContract extends DataContractDocument {
  readonly contract: DataContract;
  /** undefined where it stands inside the gate. */
  readonly file: string | undefined;
  readonly sha256: string;
  /** Line that a reader is shown: in the head's file, or none where the rule is no longer there. */
  readonly where: (path: KeyPath) => Location | undefined;
}

interface ContractRequest {
  readonly id: string;
  readonly gate: DataGate;
  readonly document: PolicyDocument;
  /** The policy whose lines readers see. */
  readonly checkout: YamlDocument | undefined;
}

/**
 * Reads the contract of a gate.
 *
 * @throws PolicyError for its mistakes; UserError file-missing
 */
export async function readContract(request: ContractRequest, files: RuleFiles): Promise<ReadContract> {
  const { gate } = request;
  if (typeof gate.contract !== 'string') return inlineContract(request);
  const file = gate.contract;
  const text = await files.read(file);
  if (text === undefined) {
    throw new UserError('file-missing', `there is no contract ${file} where the policy stands`, {
      how: 'commit it beside the policy; `npx modelgate contract infer <table>` proposes one',
      where: { file },
    });
  }
  const read = parseDataContract(text, file);
  const shown = await shownDocument(file, read.document, files);
  return { ...read, file, sha256: digest(text), where: (path) => shown?.find(path) };
}

/** A change's reader sees the head's file. */
async function shownDocument(
  file: string,
  base: YamlDocument,
  { change }: RuleFiles,
): Promise<YamlDocument | undefined> {
  const after = change === undefined ? undefined : await change(file);
  if (after === undefined) return base;
  if (after.after === undefined) return undefined;
  try {
    return parseDataContract(after.after, file).document;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function inlineContract({ id, gate, document, checkout }: ContractRequest): ReadContract {
  if (typeof gate.contract === 'string') throw new Error('is a file of its own');
  const prefix = ['gates', id, 'contract'];
  const inner: YamlDocument = {
    value: gate.contract,
    locate: (path) => document.document.locate([...prefix, ...path]),
    find: (path) => document.document.find([...prefix, ...path]),
  };
  return {
    contract: { version: 1, name: id, ...gate.contract },
    document: inner,
    file: undefined,
    sha256: digest(JSON.stringify(gate.contract)),
    where: (path) => checkout?.find([...prefix, ...path]),
  };
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
