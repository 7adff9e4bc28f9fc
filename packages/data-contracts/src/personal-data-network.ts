import { isIPv6 } from 'node:net';
import type { PersonalDataDetector } from './personal-data-detector.ts';

const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const ipv4Shape = `${octet}(?:\\.${octet}){3}`;

/**
 * IPv4 addresses that can be a person's: not "this network", loopback, link-local, multicast, reserved, broadcast and
 * masks (RFC 6890; IANA, IPv4 Special-Purpose Address Registry). Documentation addresses (RFC 5737) do count. A version
 * or a section of four parts has the same shape: it is told by what stands before it, and by four single digits, which
 * four in two million addresses have.
 */
export const ipv4: PersonalDataDetector = {
  sql: `(?:^|[^0-9A-Za-z_.])${ipv4Shape}(?:$|[^0-9A-Za-z_])`,
  chance: 0,
  whole: (text) => new RegExp(`^${ipv4Shape}$`).test(text) && isHost(text),
  candidates: new RegExp(`(?<![\\p{L}\\p{N}_.+-])${ipv4Shape}(?![\\p{L}\\p{N}_]|\\.[\\p{L}\\p{N}]|-\\p{L})`, 'gu'),
  accepted: (candidate, { before, after }) =>
    isHost(candidate) && !isVersion(candidate, before) && !isNetwork(candidate, after) ? candidate.length : 0,
};

/** 192.0.2.0/24 and 2001:db8::/32 are nets, not hosts. */
function isNetwork(address: string, after: string): boolean {
  return /^\/\d{1,3}(?!\d)/.test(after) && /(?:\.0|::)$/.test(address);
}

function isHost(address: string): boolean {
  const octets = address.split('.').map(Number);
  const [first, second] = octets;
  if (octets.every((one) => one < 10)) return false;
  if (first === undefined || first === 0 || first === 127 || first >= 224) return false;
  return !(first === 169 && second === 254);
}

function isVersion(address: string, before: string): boolean {
  if (
    /(?:version|section|chapter|clause|annex|appendix|guide,|oid|ver|release|build|rev|firmware|driver|upgraded? to|[=~^<>]=)[\s:="'.]*$/i.test(
      before,
    )
  )
    return true;
  // Products of user agents: Chrome/120.0.0.0. A host name may stand before its address as well: localhost/192.0.2.1.
  return (
    /\p{L}\/$/u.test(before) &&
    (address.endsWith('.0') || /(?:Chrom\w*|Edg\w*|OPR|Safari|Firefox|Version)\/$/.test(before))
  );
}

const host6 = '(?:[23][0-9A-Fa-f]{3}|[Ff][CcDd][0-9A-Fa-f]{2}|[Ff][Ee][89ABab][0-9A-Fa-f]|64:[Ff]{2}9[Bb]):';
const ipv6Shape = `${host6}[0-9A-Fa-f:]{1,34}(?:\\.[0-9]{1,3}){0,3}`;

/**
 * IPv6 addresses in the ranges that hosts have: global unicast 2000::/3, unique local fc00::/7, link-local fe80::/10 and
 * NAT64's 64:ff9b::/96. Source: RFC 4291; RFC 6890; IANA, IPv6 Global Unicast Address Assignments. Documentation
 * addresses (RFC 3849) do count. Names such as `abc::def` of programs are outside these ranges or lack a digit.
 */
export const ipv6: PersonalDataDetector = {
  sql: `(?:^|[^0-9A-Za-z_:.])${ipv6Shape}(?:[^0-9A-Za-z_]|$)`,
  chance: 0,
  whole: (text) => isHost6(text),
  candidates: new RegExp(`(?<![\\p{L}\\p{N}_:.])${ipv6Shape}(?![\\p{L}\\p{N}_])`, 'gu'),
  accepted(candidate, { after }) {
    if (isNetwork(candidate, after)) return 0;
    // A colon may end a phrase rather than an address: "2001:db8::1: refused".
    const address = /[^:]:$/.test(candidate) ? candidate.slice(0, -1) : candidate;
    return isHost6(address) ? address.length : 0;
  },
};

function isHost6(text: string): boolean {
  return new RegExp(`^${host6}`).test(text) && /^[^%]*\d[^%]*$/.test(text) && isIPv6(text);
}

const pair = '[0-9A-Fa-f]{2}';
const macShape = `(?:${pair}(?::${pair}){5}|${pair}(?:-${pair}){5}|[0-9A-Fa-f]{4}(?:\\.[0-9A-Fa-f]{4}){2})`;

/** Hardware addresses of single devices: neither all zero nor a group's. Source: IEEE 802, EUI-48. */
export const mac: PersonalDataDetector = {
  sql: `(?:^|[^0-9A-Za-z_:.-])${macShape}(?:$|[^0-9A-Za-z_:-])`,
  chance: 0,
  whole: (text) => new RegExp(`^${macShape}$`).test(text) && isDevice(text),
  candidates: new RegExp(`(?<![\\p{L}\\p{N}_:.-])${macShape}(?![\\p{L}\\p{N}_:-]|\\.[\\p{L}\\p{N}])`, 'gu'),
  accepted: (candidate) => (isDevice(candidate) ? candidate.length : 0),
};

/** The lowest bit of the first octet marks a group address. Decimal pairs only in Cisco's form would be numbers. */
function isDevice(text: string): boolean {
  const hex = text.replace(/[^0-9A-Fa-f]/g, '');
  if (/^0+$/.test(hex) || Number.parseInt(hex.slice(0, 2), 16) % 2 === 1) return false;
  return !text.includes('.') || /[A-Fa-f]/.test(hex);
}
