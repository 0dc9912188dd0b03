/** Axes: where the ticks go, and which point is nearest. Pure. */

const MINUTE = 60;
const DAY = 86_400;
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((minutes) => minutes * MINUTE);

/** Round values between `low` and `high`, about `count` of them, at steps of 1, 2 or 5. */
export function niceTicks(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough);
  return multiples(low, high, step, 0);
}

/** Unix seconds at round local times, at most `count` of them. */
export function timeTicks(from, to, count) {
  const rough = Math.max(to - from, MINUTE) / count;
  const step = TIME_STEPS.find((each) => each >= rough) ?? Math.ceil(rough / DAY) * DAY;
  return multiples(from, to, step, new Date(from * 1_000).getTimezoneOffset() * MINUTE);
}

function multiples(low, high, step, offset) {
  const first = Math.ceil((low - offset) / step);
  const last = Math.floor((high - offset) / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => (first + n) * step + offset);
}

/** The index of the value nearest to `wanted` in an ascending list. */
export function nearest(values, wanted) {
  let low = 0;
  let high = values.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (values[middle] > wanted) high = middle;
    else low = middle;
  }
  return wanted - values[low] <= values[high] - wanted ? low : high;
}
