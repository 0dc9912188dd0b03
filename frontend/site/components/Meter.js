/** How much of something is used: a bar for the eye, and always words. */

import { html } from "../vendor/ui.js";
import { formatCount } from "../lib/format.js";
import { Icon } from "./Icon.js";

const NEAR = 0.75;

/** "plain", "near" (from three quarters) or "reached"; "unlimited" for null. */
export const levelOf = (share) =>
  (share === null ? "unlimited" : share >= 1 ? "reached" : share >= NEAR ? "near" : "plain");

/** `share` is a number from 0 up, or null for no limit. */
export function Meter({ share }) {
  const level = levelOf(share);
  return html`
    <span class=${`meter meter-${level}`}>
      <${Bar} share=${share ?? 0} />
      <span class="meter-words">
        ${level === "reached" && html`<${Icon} name="refusal" />`}${level === "near" && html`<${Icon} name="fault" />`}
        ${WORDS[level](share)}
      </span>
    </span>`;
}

const percent = (share) => `${formatCount(Math.floor(share * 100))}\u202f%`;
const WORDS = {
  plain: (share) => `${percent(share)} used`,
  near: (share) => `${percent(share)}, near`,
  reached: () => "reached",
  unlimited: () => "not limited",
};

export const Bar = ({ share }) => html`
  <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
    <rect class="bar-room" width="100" height="6" /><rect class="bar-used" width=${Math.min(1, share) * 100} height="6" />
  </svg>`;
