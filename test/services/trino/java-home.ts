import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The oldest Java that Trino 476 starts on. Source: Trino's documentation, "Deploying Trino". */
const oldest = 24;

/** Where distributions, macOS and GitHub's runners put a JDK beside the default one. */
const places = ['/usr/lib/jvm/*', '/opt/java/*', '/Library/Java/JavaVirtualMachines/*/Contents/Home'];

/**
 * The home of a Java that is new enough for Trino: that of the environment, or the first that is found.
 *
 * @throws Error when there is none
 */
export function javaHome(): string {
  const named = Object.entries(process.env).flatMap(([name, home]) => (/^JAVA_HOME/.test(name) && home ? [home] : []));
  const homes = [...new Set([...named, ...globSync(places).sort()])].map((home) => ({
    home,
    version: versionOf(home),
  }));
  const found = homes.find(({ version }) => version !== undefined && version >= oldest);
  if (found !== undefined) return found.home;
  const seen = homes.flatMap(({ home, version }) => (version === undefined ? [] : [`${version} (${home})`]));
  throw new Error(
    `Trino needs Java ${oldest} or newer, and there is ${seen.length === 0 ? 'none' : `only ${seen.join(', ')}`}. ` +
      'Install a JDK 25 beside the default one, or set JAVA_HOME_25 to its home.',
  );
}

/** The major version, from the file that every JDK has at its root. */
function versionOf(home: string): number | undefined {
  const release = path.join(home, 'release');
  if (!existsSync(release) || !existsSync(path.join(home, 'bin', 'java'))) return undefined;
  const version = /^JAVA_VERSION="(\d+)/m.exec(readFileSync(release, 'utf8'))?.[1];
  return version === undefined ? undefined : Number(version);
}
