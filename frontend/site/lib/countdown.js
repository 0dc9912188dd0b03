/** How long something is still to last. Pure. */

const two = (value) => String(value).padStart(2, "0");

/** "1 h 05 min", "12 min 04 s"; a clock that moves `byMinute` shows no seconds. */
export function untilWords(seconds, byMinute = false) {
  const whole = Math.ceil(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  if (hours > 0) return `${hours} h ${two(minutes)} min`;
  return byMinute && rest === 0 ? `${minutes} min` : `${minutes} min ${two(rest)} s`;
}
