/** Between two values in proportion, as most statistics programs do by default. NaN of nothing. */
export const quantileOf = (sorted: ArrayLike<number>, share: number): number => {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  // Without the difference of two infinities.
  return below === above ? below : below + (above - below) * (place - Math.floor(place));
};
