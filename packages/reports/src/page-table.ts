import type { Status } from '@modelgate/core';
import { statusSigns } from './status-sign.ts';

/** Roles are spelt out because on a phone the rows are laid out as cards, which would take the table's meaning away. */
export function tableOf(head: readonly string[], rows: readonly string[]): string {
  const cells = head.map((name) => {
    const text = name.replace('#', '');
    return `<th role="columnheader" scope="col"${name.startsWith('#') ? ' class="number"' : ''}>${text}</th>`;
  });
  return `<table role="table"><thead role="rowgroup"><tr role="row">${cells.join('')}</tr></thead><tbody role="rowgroup">\n${rows.join('\n')}\n</tbody></table>\n`;
}

export function cell(label: string, content: string, name?: string): string {
  const labelled = label === '' ? '' : ` data-label="${label}"`;
  return `<td role="cell"${name === undefined ? '' : ` class="${name}"`}${content === '' ? '' : labelled}>${content}</td>`;
}

export function badge(status: Status): string {
  const { mark, word } = statusSigns[status];
  return `<span class="badge ${status}"><span aria-hidden="true">${mark}</span> ${word}</span>`;
}
