import type { Axis } from './axis.js';
import { markup, nothing, type Markup } from './markup.js';

export interface Size {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The area that two axes span, in the units of the picture. */
export interface Frame {
  readonly size: Size;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** Tenths of a unit are finer than any screen, and keep the page small. */
const tenth = (value: number): number => Math.round(value * 10) / 10;

export const frameOf = (size: Size, x: Axis, y: Axis): Frame => ({
  size,
  x: (value) => tenth(size.left + x.place(value) * (size.width - size.left - size.right)),
  y: (value) =>
    tenth(size.height - size.bottom - y.place(value) * (size.height - size.top - size.bottom)),
});

const xTicks = ({ size, x }: Frame, axis: Axis): Markup[] =>
  axis.ticks.map(({ at, text }) => {
    const foot = size.height - size.bottom;
    return markup`<line class="grid" x1="${x(at)}" x2="${x(at)}" y1="${size.top}" y2="${foot}"/>
<text x="${x(at)}" y="${foot + 16}" text-anchor="middle">${text}</text>`;
  });

const yTicks = ({ size, y }: Frame, axis: Axis): Markup[] =>
  axis.ticks.map(
    ({ at, text }) =>
      markup`<line class="grid" x1="${size.left}" x2="${size.width - size.right}" y1="${y(at)}" y2="${y(at)}"/>
<text x="${size.left - 6}" y="${y(at) + 4}" text-anchor="end">${text}</text>`,
  );

/** `y` is null where the rows carry names of their own. */
export const axesOf = (frame: Frame, x: Axis, y: Axis | null): Markup => {
  const { width, height, left, right, top, bottom } = frame.size;
  const middle = (height - bottom + top) / 2;
  const upright =
    y === null
      ? nothing
      : markup`${yTicks(frame, y)}
<text transform="translate(14 ${middle}) rotate(-90)" text-anchor="middle">${y.label}</text>`;
  return markup`${xTicks(frame, x)}
${upright}
<text x="${(left + width - right) / 2}" y="${height - 6}" text-anchor="middle">${x.label}</text>`;
};

export interface Picture {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** What a reader who cannot see it should know of it. */
  readonly description: string;
}

export const pictureOf = (picture: Picture, { width, height }: Size, body: Markup): Markup => {
  const { id, title, description } = picture;
  return markup`<svg viewBox="0 0 ${width} ${height}" style="max-width: ${width * 1.15}px" role="img" aria-labelledby="${id}-title ${id}-text">
<title id="${id}-title">${title}</title>
<desc id="${id}-text">${description}</desc>
${body}
</svg>`;
};
