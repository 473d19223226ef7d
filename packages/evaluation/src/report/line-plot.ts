import type { Axis } from './axis.js';
import { axesOf, frameOf, pictureOf, type Frame, type Picture, type Size } from './frame.js';
import { markup, type Markup } from './markup.js';
import { markerAt, type Point, type SeriesLook } from './series-look.js';

export interface Series {
  readonly look: SeriesLook;
  readonly points: readonly Point[];
}

export interface LinePlot extends Picture {
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

const size: Size = { width: 340, height: 260, left: 62, right: 24, top: 10, bottom: 40 };

const markersPerLine = 7;

/** A marker on each of a few points, and on some of many. */
const marked = (points: readonly Point[]): readonly Point[] => {
  const every = Math.max(1, Math.ceil(points.length / markersPerLine));
  return points.filter((_, index) => index % every === Math.floor(every / 2));
};

const lineOf = ({ x, y }: Frame, { look, points }: Series): Markup => {
  const placed = points
    .filter((point) => point.every(Number.isFinite))
    .map(([across, up]): Point => [x(across), y(up)]);
  const path = placed.map(([across, up]) => `${String(across)} ${String(up)}`).join('L');
  if (path === '') return markup``;
  return markup`<path class="line ${look.colour}" stroke-dasharray="${look.dash}" d="M${path}"/>
${marked(placed).map((point) => markerAt(look, point))}`;
};

export const linePlot = (plot: LinePlot): Markup => {
  const frame = frameOf(size, plot.x, plot.y);
  const lines = plot.series.map((series) => lineOf(frame, series));
  return pictureOf(
    plot,
    size,
    markup`${axesOf(frame, plot.x, plot.y)}
${lines}`,
  );
};
