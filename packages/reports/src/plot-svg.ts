import { htmlText } from './html-text.ts';
import { type IntervalPlot, leavesLeft, leavesRight } from './interval-plot.ts';

const width = 240;
const middle = 14;
const edge = 12;

/** A plot as inline SVG, drawn in the colours of the row's status. `label` says in words what it shows. */
export function plotSvg(plot: IntervalPlot, label: string): string {
  const at = (position: number) => round(edge + position * (width - 2 * edge));
  const { lower, upper, estimate } = plot;
  const parts = [
    `<line class="axis" x1="0" x2="${width}" y1="${middle}" y2="${middle}"/>`,
    plot.zero === undefined ? '' : vertical('zero', at(plot.zero), 3, 25),
    plot.limit === undefined ? '' : limitMark(plot.limit, at),
    lower === undefined || upper === undefined
      ? ''
      : `<path class="bar" d="M${at(lower)} 9v10M${at(lower)} ${middle}H${at(upper)}M${at(upper)} 9v10"/>`,
    leavesLeft(plot) ? `<path class="beyond" d="M2 ${middle}l7 -5v10z"/>` : '',
    leavesRight(plot) ? `<path class="beyond" d="M${width - 2} ${middle}l-7 -5v10z"/>` : '',
    estimate === undefined || estimate < 0 || estimate > 1
      ? ''
      : `<circle class="dot" cx="${at(estimate)}" cy="${middle}" r="5"/>`,
  ];
  return `<svg class="plot" viewBox="0 0 ${width} 28" role="img" aria-label="${htmlText(label)}">${parts.join('')}</svg>`;
}

function limitMark(limit: number, at: (position: number) => number): string {
  if (limit < 0) return `<path class="away" d="M2 ${middle}l7 -5v10z"/>`;
  if (limit > 1) return `<path class="away" d="M${width - 2} ${middle}l-7 -5v10z"/>`;
  return vertical('limit', at(limit), 0, 28);
}

function vertical(name: string, x: number, from: number, to: number): string {
  return `<line class="${name}" x1="${x}" x2="${x}" y1="${from}" y2="${to}"/>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
