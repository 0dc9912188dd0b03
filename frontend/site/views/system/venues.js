/** Every venue: is it served, why not, when is it tried again, what did it say. */

import { html } from "../../vendor/ui.js";
import { untilWords } from "../../lib/countdown.js";
import { formatClock, formatCount, formatMoment, formatShare, plain, words } from "../../lib/format.js";
import { isStale, marketNow } from "../../stores/overview.js";
import { pauseVenue, system } from "../../stores/system.js";
import { isBusy } from "../../stores/writing.js";
import { Act } from "../../components/Act.js";
import { Bar } from "../../components/Meter.js";
import { Origin } from "../../components/Origin.js";
import { Outcome } from "../../components/Outcome.js";
import { Moment, Panel, Tag } from "../../components/Panel.js";
import { Requests } from "./requests.js";

export const VenuesPanel = () => html`
  <${Panel} id="venues" title="Venues" source=${system} stale=${isStale.value} tools=${html`<${Summary} />`}
    isEmpty=${({ venues }) => venues.length === 0} empty="No venue is known yet. The first cycle asks them.">
    ${({ venues }) => html`
      <ul class="venues">${venues.map((venue) => html`<${Venue} key=${venue.venue} row=${venue} />`)}</ul>
      <${Outcome} about=${["venues"]} />`}
  </${Panel}>`;

const SERVES = ["healthy", "degraded"];

function Summary() {
  const { venues } = system.content.value;
  const serving = venues.filter(({ health }) => SERVES.includes(health)).length;
  return html`<span class="quiet">${serving} of ${venues.length} serve</span>`;
}

const HEALTH = {
  healthy: ["good", "done"], degraded: ["warning", "fault"], doubted: ["warning", "fault"],
  failing: ["danger", "fault"], probing: ["warning", "waiting"], down: ["danger", "refusal"],
  unknown: ["quiet", "waiting"],
};

function Venue({ row }) {
  const [tone, icon] = HEALTH[row.health];
  return html`
    <li class=${`venue venue-${tone}`} data-origin=${row.origin}>
      <header class="venue-head">
        <h3>${plain(row.venue)}</h3>
        <${Tag} tone=${tone} icon=${icon}>${row.health}</${Tag}>
        <${Origin} origin=${row.origin} />
        <${Turn} row=${row} />
      </header>
      <p class="venue-why">${plain(row.reason)}</p>
      ${row.paused && html`<p class="venue-why"><${Tag} tone="warning" icon="PAUSED">paused by an operator: no new entries</${Tag}></p>`}
      ${row.protections.map((each) => html`
        <p class="venue-why" key=${each.id}><${Tag} tone="warning" icon="PAUSED">no new entries: ${words(each.rule)}</${Tag}>
          ${each.reason !== row.reason && ` ${plain(each.reason)}`}</p>`)}
      <${Probe} breaker=${row.breaker} />
      <dl class="venue-facts">
        <div><dt>Breaker</dt><dd><${Breaker} breaker=${row.breaker} /></dd></div>
        <div><dt>Last fault</dt><dd><${LastFault} row=${row} /></dd></div>
        <div><dt>Seen</dt><dd>${formatCount(row.markets)} markets, ${formatCount(row.quotes)} prices</dd></div>
        <div><dt>Set aside</dt><dd><${SetAside} row=${row} /></dd></div>
      </dl>
      <${Requests} row=${row} />
    </li>`;
}

const Turn = ({ row: { venue, paused } }) => html`
  <${Act} tone="button-quiet" disabled=${isBusy.value} aria-label=${`${paused ? "Resume" : "Pause"} ${plain(venue)}`}
    onClick=${() => pauseVenue(venue, !paused)}>${paused ? "Resume" : "Pause"}</${Act}>`;

/** How long a venue is still left alone. */
function Probe({ breaker: { state, opened_at: from, probe_at: to } }) {
  if (state === "closed" || to === null) return null;
  const left = (Date.parse(to) - marketNow.value) / 1_000;
  const whole = (Date.parse(to) - Date.parse(from)) / 1_000;
  return html`
    <div class="venue-probe">
      <p><strong class="figure">${left > 0 ? `Tried again in ${untilWords(left)}` : "Tried by the next cycle"}</strong>
        ${left > 0 && html` <span class="quiet">at <${Moment} at=${to} write=${formatClock} /></span>`}</p>
      <${Bar} share=${whole > 0 ? Math.min(1, Math.max(0, 1 - left / whole)) : 1} />
    </div>`;
}

const times = (count, one) => `${formatCount(count)} ${one}${count === 1 ? "" : "s"}`;

function Breaker({ breaker: { state, failures, opened_at: since, code } }) {
  const failed = failures > 0 && `${times(failures, "failed cycle")} in a row (${words(code)})`;
  if (state === "closed") return `closed${failed ? `, ${failed}` : ""}`;
  return html`<strong>${state}</strong> since <${Moment} at=${since} write=${formatClock} />, after ${failed}`;
}

function LastFault({ row: { last_fault: fault, failed_cycles: failed } }) {
  if (!fault) return failed > 0 ? `not asked in ${times(failed, "cycle")} of the last hour` : "none in the last hour";
  return html`
    <strong>${words(fault.kind)}</strong>${fault.call && ` (${words(fault.call)})`} at
    ${" "}<${Moment} at=${fault.at} write=${formatMoment} />; ${times(failed, "cycle")} of the last hour failed
    <small class="quiet venue-reason">${plain(fault.reason)}</small>`;
}

const total = (counts) => Object.values(counts).reduce((sum, count) => sum + count, 0);

const SetAside = ({ row }) => html`
  ${formatCount(total(row.quarantined))} now, ${formatCount(total(row.quarantined_hour))} in the last hour;
  ${" "}${row.bad_share === null ? "nothing seen" : `${formatShare(row.bad_share)} of prices bad`}`;
