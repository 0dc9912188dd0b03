/** Tripped protections: what is closed, why, and when it opens again. */

import { html } from "../../vendor/ui.js";
import { untilWords } from "../../lib/countdown.js";
import { formatClock, formatMoment, plain, words } from "../../lib/format.js";
import { isStale, marketNow, mode } from "../../stores/overview.js";
import { risk } from "../../stores/risk.js";
import { openForm } from "../../stores/writing.js";
import { Act } from "../../components/Act.js";
import { Bar } from "../../components/Meter.js";
import { Icon } from "../../components/Icon.js";
import { Moment, Panel, Tag } from "../../components/Panel.js";
import { Outcome } from "../../components/Outcome.js";

export const ProtectionsPanel = () => html`
  <${Panel} id="protections" title="Tripped protections" source=${risk} stale=${isStale.value}
    tools=${html`<${MarketTime} />`}>
    ${({ protections }) => html`
      ${protections.length === 0 && html`
        <p class="panel-empty"><${Icon} name="done" /> None is tripped. They stop new entries after losses, at
          ${" "}venue faults and on bad data; each says here when it lets go.</p>`}
      <ul>${soonestFirst(protections).map((each) => html`<${Tripped} key=${each.id} row=${each} />`)}</ul>
      <${Outcome} about=${["release"]} />`}
  </${Panel}>`;

const FOREVER = 8.64e15;
const soonestFirst = (rows) => [...rows].sort((a, b) => endOf(a) - endOf(b));
const endOf = ({ releases_at: at }) => (at ? Date.parse(at) : FOREVER);

const MarketTime = () => marketNow.value !== null && html`
  <span class="quiet" id="market-time">market time <${Moment} at=${marketNow.value} /></span>`;

const SCOPES = {
  house: () => "the house",
  strategy: plain,
  market: (subject) => `market ${plain(subject)}`,
  venue: (subject) => `venue ${plain(subject)}`,
};
const closedBy = ({ scope, subject }) => SCOPES[scope](subject);

const Tripped = ({ row }) => html`
  <li class="tripped">
    <div class="tripped-body">
      <p class="tripped-head"><strong>${words(row.rule)}</strong>
        <${Tag} tone="warning" icon="PAUSED">no entries: ${closedBy(row)}</${Tag}>
        ${row.strategy && row.strategy !== row.subject && html`<span class="quiet">for ${plain(row.strategy)}</span>`}
      </p>
      <p>${plain(row.reason)}</p>
      <p class="quiet">Tripped at <${Moment} at=${row.tripped_at} write=${formatMoment} /></p>
    </div>
    <div class="tripped-end">
      <${Countdown} row=${row} />
      <${Act} tone="button-quiet" aria-label=${`Release ${words(row.rule)} of ${closedBy(row)}`}
        onClick=${() => openForm("release", row)}>Release …</${Act}>
    </div>
  </li>`;

function Countdown({ row }) {
  const { tripped_at: from, releases_at: to } = row;
  if (to === null) return html`<p class="countdown">Until an operator releases it</p>`;
  if (marketNow.value === null) {
    return html`<p class="countdown">Releases at <${Moment} at=${to} write=${formatMoment} /></p>`;
  }
  const left = (Date.parse(to) - marketNow.value) / 1_000;
  const whole = (Date.parse(to) - Date.parse(from)) / 1_000;
  return html`
    <div class="countdown">
      <p><strong class="figure">${left > 0 ? untilWords(left, mode.value === "replay") : "Released with the next cycle"}</strong>
        ${left > 0 && html` <span class="quiet">to <${Moment} at=${to} write=${formatClock} /></span>`}</p>
      <${Bar} share=${whole > 0 ? Math.max(0, 1 - left / whole) : 1} />
    </div>`;
}
