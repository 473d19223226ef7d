import { linearAxis, type Axis } from './axis.js';
import { axesOf, frameOf, pictureOf, type Frame, type Picture, type Size } from './frame.js';
import { markup, nothing, type Markup } from './markup.js';

/** A class of the style sheet: a colour, and a texture for those who cannot tell colours. */
export type Fill = 'plain' | 'allow' | 'step-up' | 'deny';

export interface Bar {
  readonly label: string;
  /** One after the other, from zero. */
  readonly parts: readonly { readonly value: number; readonly fill: Fill }[];
  /** The figure, in words. */
  readonly text: string;
}

export interface BarPlot extends Picture {
  readonly x: Axis;
  readonly bars: readonly Bar[];
  /** A line across all bars to hold them against. */
  readonly yardstick?: { readonly at: number; readonly label: string };
}

const row = 26;
/** Room above for the name of the yardstick. */
const top = 22;

const sizeFor = (bars: number): Size => ({
  width: 760,
  height: top + bars * row + 44,
  left: 170,
  right: 190,
  top,
  bottom: 44,
});

/** Stripes on top of the colour: none for allow, slanted for step-up, crossed for deny. */
const texturesOf = (id: string): Markup => markup`<defs>
<pattern id="${id}-step-up" width="7" height="7" patternUnits="userSpaceOnUse"><path class="texture" d="M0 7L7 0"/></pattern>
<pattern id="${id}-deny" width="7" height="7" patternUnits="userSpaceOnUse"><path class="texture" d="M0 7L7 0M0 0L7 7"/></pattern>
</defs>`;

interface Drawn {
  readonly id: string;
  readonly frame: Frame;
}

const partsOf = ({ id, frame }: Drawn, { parts }: Bar, y: number): Markup[] =>
  parts.map(({ value, fill }, index) => {
    const before = parts.slice(0, index).reduce((sum, part) => sum + part.value, 0);
    const [from, to] = [frame.x(before), frame.x(before + value)];
    // Below zero a bar grows to the left.
    const x = Math.min(from, to);
    const width = Math.round(Math.abs(to - from) * 10) / 10;
    const box = markup`x="${x}" y="${y}" width="${width}" height="${row - 8}"`;
    const textured = fill === 'step-up' || fill === 'deny';
    return markup`<rect class="bar ${fill}" ${box}/>${
      textured ? markup`<rect fill="url(#${id}-${fill})" ${box}/>` : nothing
    }`;
  });

const barOf = (drawn: Drawn, bar: Bar, index: number): Markup => {
  const { size } = drawn.frame;
  const y = size.top + index * row + 4;
  return markup`<text x="${size.left - 8}" y="${y + 13}" text-anchor="end">${bar.label}</text>
${partsOf(drawn, bar, y)}
<text x="${size.width - size.right + 8}" y="${y + 13}">${bar.text}</text>`;
};

const yardstickOf = ({ frame }: Drawn, { yardstick }: BarPlot): Markup => {
  if (yardstick === undefined) return nothing;
  const x = frame.x(yardstick.at);
  return markup`<path class="line ink" stroke-dasharray="4 3" d="M${x} ${top - 4}V${frame.size.height - 44}"/>
<text x="${x}" y="${top - 8}" text-anchor="middle">${yardstick.label}</text>`;
};

export const barPlot = (plot: BarPlot): Markup => {
  const size = sizeFor(plot.bars.length);
  const rows = linearAxis({ label: '', from: 0, to: 1, format: String });
  const drawn: Drawn = { id: plot.id, frame: frameOf(size, plot.x, rows) };
  return pictureOf(
    plot,
    size,
    markup`${texturesOf(plot.id)}
${axesOf(drawn.frame, plot.x, null)}
${plot.bars.map((bar, index) => barOf(drawn, bar, index))}
${yardstickOf(drawn, plot)}`,
  );
};
