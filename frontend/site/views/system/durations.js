/** The cycles of the last hour: how old the newest is, how long they took, which are missing. */

import { html } from "../../vendor/ui.js";
import { formatClock, formatCount, formatDuration, words } from "../../lib/format.js";
import { ageSeconds, isStale } from "../../stores/overview.js";
import { system } from "../../stores/system.js";
import { Moment, Panel } from "../../components/Panel.js";

const MINUTES = 60;
const STEP = 10;
const HEIGHT = 60;

export const DurationsPanel = () => html`
  <${Panel} id="durations" title="Cycles of the last hour" source=${system} stale=${isStale.value}
    isEmpty=${({ cycles }) => cycles.last_cycle === null} empty="No cycle was committed yet.">
    ${({ cycles, outbox }) => html`
      <${Bars} ...${cycles} />
      <dl class="facts">
        <${Fact} name="Last committed"><${Committed} ...${cycles} /></${Fact}>
        <${Fact} name="Duration">median ${formatCount(cycles.median_ms)} ms, longest ${formatCount(cycles.longest_ms)} ms</${Fact}>
        <${Fact} name="Outcomes">${outcomes(cycles)}</${Fact}>
        <${Fact} name="Not in the archive yet">${formatCount(outbox)} ${outbox === 1 ? "entry" : "entries"}</${Fact}>
      </dl>`}
  </${Panel}>`;

const Fact = ({ name, children }) => html`<div><dt>${name}</dt><dd>${children}</dd></div>`;

const Committed = ({ last_cycle: cycle, committed_at: at, age_seconds: age }) => html`
  cycle <span class="figure">${cycle}</span>${at && html`, <${Moment} at=${at} write=${formatClock} />`}
  ${age !== null && html`, <span class="figure">${formatDuration(ageSeconds.value ?? age)} ago</span>`}`;

function outcomes({ outcomes: counts, missing }) {
  const found = Object.entries(counts).map(([outcome, count]) => `${formatCount(count)} ${words(outcome)}`);
  return [...found, `${formatCount(missing)} missing`].join(", ");
}

/** One bar a minute, the newest at the right; a minute without a cycle has none. */
const Bars = ({ durations, last_cycle: newest, median_ms: median, longest_ms: longest }) => html`
  <svg class="durations" viewBox=${`0 0 ${MINUTES * STEP} ${HEIGHT}`} preserveAspectRatio="none" role="img"
    aria-label=${`Durations of ${durations.length} cycles: median ${median} ms, longest ${longest} ms`}>
    ${durations.map(({ cycle_id: id, duration_ms: took }) => {
      const high = Math.max(1, (took / Math.max(1, longest)) * HEIGHT);
      return html`
        <rect key=${id} x=${(MINUTES - 1 - (newest - id)) * STEP} y=${HEIGHT - high} width=${STEP - 2} height=${high}>
          <title>cycle ${id}: ${formatCount(took)} ms</title>
        </rect>`;
    })}
  </svg>`;
