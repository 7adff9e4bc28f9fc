import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '@modelgate/core';

/**
 * Text of a file.
 *
 * @param ours a folder of ours that absolute paths may lead to, beside the workspace
 * @throws UserError file-missing; file-unreadable, also for what leads out of both, by `..` or by a symbolic link
 */
export async function readText(workspace: string, file: string, ours?: string): Promise<string> {
  const how = 'let an earlier step write it; paths start at the root of the repository';
  try {
    const real = await realpath(path.resolve(workspace, file));
    const folders = await Promise.all([workspace, ...(ours === undefined ? [] : [ours])].map((one) => realpath(one)));
    if (folders.some((folder) => real.startsWith(folder + path.sep))) return await readFile(real, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const [reason, what] =
      code === 'ENOENT'
        ? (['file-missing', `there is no file ${file}`] as const)
        : (['file-unreadable', `${file} cannot be read (${code})`] as const);
    throw new UserError(reason, what, { how, where: { file }, cause: error });
  }
  throw new UserError('file-unreadable', `${file} leads outside the workspace`, {
    how: 'files are read from inside the checkout only; copy it there',
    where: { file },
  });
}

/** The same, where there may be no such file. */
export async function workspaceText(workspace: string, file: string): Promise<string | undefined> {
  try {
    return await readText(workspace, file);
  } catch (error) {
    if (error instanceof UserError && error.reason === 'file-missing') return undefined;
    throw error;
  }
}
