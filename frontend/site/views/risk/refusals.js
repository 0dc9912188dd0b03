/** Orders that were not made: how often for which reason, and the newest. */

import { html } from "../../vendor/ui.js";
import { formatCount, formatMoment, plain, words } from "../../lib/format.js";
import { isStale, openTrace, state } from "../../stores/overview.js";
import { refusals, risk } from "../../stores/risk.js";
import { Bar } from "../../components/Meter.js";
import { Icon } from "../../components/Icon.js";
import { Moment, Panel } from "../../components/Panel.js";
import { Table } from "../../components/Table.js";
import { Strategy } from "../tables.js";

const NOTHING = "Nothing was refused. An order that was not made appears here with its reason.";

export const ReasonsPanel = () => html`
  <${Panel} id="reasons" title="Refusals by reason" source=${risk} stale=${isStale.value}
    tools=${html`<span class="quiet">in recent cycles</span>`} empty=${NOTHING}
    isEmpty=${({ refusals: counts }) => Object.keys(counts).length === 0}>
    ${({ refusals: counts }) => html`<${Reasons} rows=${Object.entries(counts).sort(([, a], [, b]) => b - a)} />`}
  </${Panel}>`;

const Reasons = ({ rows }) => html`
  <ul class="reasons">
    ${rows.map(([code, count]) => html`
      <li key=${code}><span>${words(code)}</span><b class="figure">${formatCount(count)}</b>
        <${Bar} share=${count / rows[0][1]} /></li>`)}
  </ul>`;

const titleOf = (id) =>
  state.content.value?.positions.find(({ instrument_id: each }) => each === id)?.title ?? id;

const COLUMNS = [
  { key: "reason", label: "Refused, and why", main: true, span: 3, cell: (row) => html`
    <span class="refused"><strong>${words(row.code)}</strong> <span>${plain(row.reason)}</span>
      <small class="quiet">${plain(titleOf(row.instrument_id))}</small></span>` },
  { key: "strategy", label: "Strategy", span: 2, cell: (row) => html`<${Strategy} name=${row.strategy} />` },
  { key: "at", label: "Market time", wideOnly: true,
    cell: (row) => html`<span class="nowrap"><${Moment} at=${row.at} write=${formatMoment} /></span>` },
  { key: "cycle", label: "Cycle", cell: (row) => html`
    <button type="button" class="link" onClick=${() => openTrace(row.cycle_id)}
      aria-label=${`Cycle ${row.cycle_id}: show its decisions`}>
      <span class="figure">${row.cycle_id}</span><${Icon} name="next" />
    </button>` },
];

export const RefusalsPanel = () => html`
  <${Panel} id="refusals" title="Newest refusals" source=${refusals} stale=${isStale.value}
    isEmpty=${(items) => items.length === 0} empty=${NOTHING}>
    ${(items) => html`
      <div class="scroll" tabindex="0" role="region" aria-label=${`Newest ${items.length} refusals`}>
        <${Table} caption="Refused orders, newest first" columns=${COLUMNS} rows=${items}
          rowKey=${(row) => `${row.cycle_id} ${row.strategy} ${row.instrument_id} ${row.code} ${items.indexOf(row)}`} />
      </div>`}
  </${Panel}>`;
