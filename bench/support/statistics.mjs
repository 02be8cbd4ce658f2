/** @param {readonly number[]} values */
export function median(values) {
  return quantile(values, 0.5);
}

/** @param {readonly number[]} values @param {number} share 0 to 1, by linear interpolation */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/**
 * What many rounds amount to: the median, and the middle half as its spread.
 * @param {readonly number[]} values
 */
export function summarize(values) {
  return { median: median(values), low: quantile(values, 0.25), high: quantile(values, 0.75) };
}
