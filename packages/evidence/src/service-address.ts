import { UserError } from '@modelgate/core';

/**
 * An address of a service that is asked with credentials, without a slash at its end.
 *
 * @param name  the variable that holds it, for messages
 * @throws UserError signing-unavailable unless it is https, or http on this machine
 */
export function serviceAddress(name: string, text: string): string {
  const url = URL.parse(text);
  const encrypted = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url !== null && encrypted && url.username === '' && url.password === '' && url.search === '' && url.hash === '') {
    return url.href.replace(/\/+$/, '');
  }
  throw new UserError('signing-unavailable', `${name} is no address that may be sent credentials`, {
    how: 'write https://host, without user and query; http is for this machine only',
  });
}

/** OpenSSL's and Node's codes for a certificate that is not trusted. */
const certificateTrouble = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ALTNAME/;

/** @param why a code such as ECONNREFUSED, or words */
export function howToReach(why: string): string {
  return certificateTrouble.test(why)
    ? 'where a company has its own certificate authority, let NODE_EXTRA_CA_CERTS name the file with its certificate'
    : 'check the address, and that this machine may connect to it';
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
