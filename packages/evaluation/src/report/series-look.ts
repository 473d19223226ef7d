import type { ScorerName } from '../results.js';
import { markup, type Markup } from './markup.js';

/** Told apart by colour, dash and marker, so that any one of the three is enough. */
export interface SeriesLook {
  readonly label: string;
  /** A class of the style sheet, which has a colour for light and one for dark. */
  readonly colour: string;
  readonly dash: string;
  readonly marker: 'circle' | 'square' | 'triangle' | 'diamond' | 'cross';
}

export const scorerLooks: Readonly<Record<ScorerName, SeriesLook>> = {
  stepgate: { label: 'stepgate, no device token', colour: 'blue', dash: '7 3', marker: 'square' },
  stepgate_device: {
    label: 'stepgate with device token',
    colour: 'vermilion',
    dash: '',
    marker: 'circle',
  },
  reference: {
    label: 'published ratio, run here',
    colour: 'green',
    dash: '2 3',
    marker: 'triangle',
  },
  rules_only: { label: 'rules only', colour: 'purple', dash: '8 3 2 3', marker: 'diamond' },
};

export const publishedLook: SeriesLook = {
  label: 'as published (TOPS 2022)',
  colour: 'ink',
  dash: '1 4',
  marker: 'cross',
};

export type Point = readonly [x: number, y: number];

export const markerAt = ({ marker, colour }: SeriesLook, [x, y]: Point): Markup => {
  const shape = {
    circle: markup`<circle cx="${x}" cy="${y}" r="3"/>`,
    square: markup`<rect x="${x - 3}" y="${y - 3}" width="6" height="6"/>`,
    triangle: markup`<path d="M${x} ${y - 4}l4 7h-8z"/>`,
    diamond: markup`<path d="M${x} ${y - 4}l4 4l-4 4l-4-4z"/>`,
    cross: markup`<path class="stroked" d="M${x - 3} ${y - 3}l6 6m-6 0l6-6"/>`,
  }[marker];
  return markup`<g class="marker ${colour}">${shape}</g>`;
};

const keyOf = (look: SeriesLook): Markup =>
  markup`<li><svg viewBox="0 0 40 12" aria-hidden="true"><path class="line ${look.colour}" stroke-dasharray="${look.dash}" d="M0 6h40"/>${markerAt(look, [20, 6])}</svg> ${look.label}</li>`;

export const legendOf = (looks: readonly SeriesLook[]): Markup =>
  markup`<ul class="legend">${looks.map(keyOf)}</ul>`;
