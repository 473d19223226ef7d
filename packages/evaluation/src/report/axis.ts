export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** `place` maps a value to 0..1 along the axis; what lies beyond its ends is drawn at them. */
export interface Axis {
  readonly label: string;
  readonly ticks: readonly Tick[];
  readonly place: (value: number) => number;
}

export interface AxisSpan {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly format: (value: number) => string;
}

const clamp = (share: number): number => Math.min(1, Math.max(0, share));

/** 1, 2 or 5 times a power of ten, so that some four to six ticks fit. */
const stepFor = (length: number): number => {
  const power = 10 ** Math.floor(Math.log10(length / 4));
  const times = [1, 2, 5].find((factor) => length / (factor * power) <= 6) ?? 10;
  return times * power;
};

export const linearAxis = ({ label, from, to, format }: AxisSpan): Axis => {
  const end = to > from ? to : from + 1;
  const step = stepFor(end - from);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(end / step + 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => {
    // Free of what adding steps up would leave behind the last digit.
    const at = Number(((first + index) * step).toPrecision(12));
    return { at, text: format(at) };
  });
  return { label, ticks, place: (value) => clamp((value - from) / (end - from)) };
};

/** From and to are powers of ten. */
export const logAxis = ({ label, from, to, format }: AxisSpan): Axis => {
  const [first, last] = [Math.round(Math.log10(from)), Math.round(Math.log10(to))];
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => {
    const at = Number((10 ** (first + index)).toPrecision(12));
    return { at, text: format(at) };
  });
  const place = (value: number): number =>
    value <= from ? 0 : clamp((Math.log10(value) - first) / (last - first));
  return { label, ticks, place };
};
