import type { Estimate } from '../results.js';

const unknown = '–';

export const count = (value: number): string =>
  Number.isFinite(value) ? value.toLocaleString('en-US', { maximumFractionDigits: 0 }) : unknown;

export const decimal = (value: number, digits = 3): string =>
  Number.isFinite(value) ? value.toFixed(digits) : unknown;

/** Small shares are what matters most here: 0.004 % must not read 0.0 %. */
export const percent = (share: number): string => {
  if (!Number.isFinite(share)) return unknown;
  const value = share * 100;
  if (value !== 0 && Math.abs(value) < 0.1) return `${value.toPrecision(1)} %`;
  // Nor may 99.8 % read as all of them.
  const fine = value !== 0 && (Math.abs(value) < 10 || (value > 99 && value < 100));
  return `${value.toFixed(fine ? 1 : 0)} %`;
};

export const interval = ({ mean, low, high }: Estimate): string =>
  `${decimal(mean)}\u00a0(${decimal(low)}–${decimal(high)})`;

export const value = (raw: number | string): string => {
  if (typeof raw === 'string') return raw;
  return Number.isInteger(raw) ? count(raw) : String(Number(raw.toPrecision(4)));
};
