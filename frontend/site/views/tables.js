/** Strategies, open positions and the last cycles. */

import { html } from "../vendor/ui.js";
import { exact, formatCount, formatMoney, formatPrice, formatShare, formatSize, plain, words } from "../lib/format.js";
import { baselines, cycles, isStale, openTrace, slots, state } from "../stores/overview.js";
import { Icon } from "../components/Icon.js";
import { Change, Moment, Panel, Tag } from "../components/Panel.js";
import { Table } from "../components/Table.js";

const NONE = html`<span class="quiet">–</span>`;

/** A strategy with the colour that it has everywhere, and whether it is a baseline. */
export const Strategy = ({ name }) => html`
  <span class="strategy-name">
    <i class=${`swatch series-${slots.value.get(name)}`} aria-hidden="true"></i>${plain(name)}
    ${baselines.value.has(name) && html`<${Tag}>Baseline</${Tag}>`}
  </span>`;

const returnOf = ({ profit, starting_cash: start }) => (Number(start) > 0 ? Number(profit) / Number(start) : 0);

/** The best return of a baseline; null where there is none. */
function toBeat(accounts) {
  const measured = accounts.filter(({ strategy }) => baselines.value.has(strategy)).map(returnOf);
  return measured.length ? Math.max(...measured) : null;
}

/** Accounts by return, the best first, each with whether it beats the best baseline. */
function ranked(accounts) {
  const bar = toBeat(accounts);
  const judged = accounts.map((row) =>
    ({ ...row, behind: bar !== null && !baselines.value.has(row.strategy) && returnOf(row) <= bar }));
  return judged.sort((a, b) => returnOf(b) - returnOf(a));
}

function StrategyState({ enabled, paused }) {
  if (!enabled) return html`<${Tag} icon="KILLED">Off</${Tag}>`;
  if (paused) return html`<${Tag} tone="warning" icon="PAUSED">Paused</${Tag}>`;
  return html`<${Tag} tone="good" icon="RUNNING">On</${Tag}>`;
}

const STRATEGY_COLUMNS = [
  { key: "strategy", label: "Strategy", main: true, span: 2,
    cell: (row) => html`<${Strategy} name=${row.strategy} />
      ${row.behind && html` <small class="quiet behind">does not beat a baseline</small>`}` },
  { key: "state", label: "State", cell: (row) => html`<${StrategyState} ...${row} />` },
  { key: "equity", label: "Equity", numeric: true, cell: (row) => formatMoney(row.equity) },
  { key: "profit", label: "Profit", numeric: true,
    cell: (row) => html`<${Change} value=${row.profit} base=${row.starting_cash} />` },
  { key: "drawdown", label: "Drawdown", numeric: true, cell: (row) => formatShare(row.drawdown) },
  { key: "trades", label: "Trades", numeric: true, cell: (row) => formatCount(row.trades) },
  { key: "positions", label: "Positions", numeric: true, cell: (row) => formatCount(row.positions) },
  { key: "fees", label: "Fees", numeric: true, cell: (row) => formatMoney(row.fees) },
];

export const StrategiesPanel = () => html`
  <${Panel} id="strategies" title="Strategies" source=${state} stale=${isStale.value}
    isEmpty=${({ accounts }) => accounts.length === 0}
    empty="No account yet. The first cycle opens one for each strategy.">
    ${({ accounts }) => html`
      <${Table} caption="Strategies, best return first" columns=${STRATEGY_COLUMNS}
        rowKey=${(row) => row.strategy} rows=${ranked(accounts)} />`}
  </${Panel}>`;

const Mark = ({ mark, marked_at: at }) => (mark === null
  ? NONE : html`<span title=${at && `seen ${exact(at)}`}>${formatPrice(mark)}</span>`);

const POSITION_COLUMNS = [
  { key: "title", label: "Market", main: true, span: 3, cell: (row) => html`
    <span class="market-title" title=${plain(row.instrument_id)}>${plain(row.title)}</span>` },
  { key: "strategy", label: "Strategy", span: 2, cell: (row) => html`<${Strategy} name=${row.strategy} />` },
  { key: "size", label: "Size", numeric: true, cell: (row) => formatSize(row.size) },
  { key: "average", label: "Average cost", numeric: true, cell: (row) => formatPrice(row.average_cost) },
  { key: "mark", label: "Mark (bid)", numeric: true, cell: (row) => html`<${Mark} ...${row} />` },
  { key: "unrealised", label: "Unrealised", numeric: true,
    cell: (row) => html`<${Change} value=${row.unrealised} base=${row.cost} />` },
];

export const PositionsPanel = () => html`
  <${Panel} id="positions" title="Open positions" source=${state} stale=${isStale.value}
    isEmpty=${({ positions }) => positions.length === 0} empty="Nothing is held.">
    ${({ positions }) => html`
      <${Table} caption="Open positions" columns=${POSITION_COLUMNS} rows=${positions}
        rowKey=${(row) => `${row.strategy} ${row.instrument_id}`} />`}
  </${Panel}>`;

const OUTCOMES = { committed: ["plain", "done"], late: ["warning", "waiting"], fenced: ["warning", "fault"] };

function CycleOutcome({ outcome, control }) {
  const [tone, icon] = OUTCOMES[outcome] ?? ["quiet", "waiting"];
  return html`
    <${Tag} tone=${tone} icon=${icon}>${words(outcome)}</${Tag}>
    ${control && control !== "RUNNING" && html`
      ${" "}<${Tag} tone="danger" icon=${control}>${plain(control)}</${Tag}>`}`;
}

/** How often; a zero steps back so that the eye finds what happened. */
const Times = ({ count }) => (count ? html`<b>${formatCount(count)}</b>` : html`<span class="quiet">0</span>`);

function Refusals({ refusals }) {
  const reasons = Object.entries(refusals).sort(([, a], [, b]) => b - a);
  if (reasons.length === 0) return NONE;
  return reasons.map(([code, times]) => html`
    <span class="refusal">${words(code)} <b class="figure">${formatCount(times)}</b></span>`);
}

const CycleLink = ({ cycle_id: id }) => html`
  <button type="button" class="link" onClick=${() => openTrace(id)} aria-label=${`Cycle ${id}: show its decisions`}>
    <span class="figure">${id}</span><${Icon} name="next" />
  </button>`;

const CYCLE_COLUMNS = [
  { key: "cycle", label: "Cycle", main: true, cell: (row) => html`<${CycleLink} ...${row} />` },
  { key: "time", label: "Scheduled for", cell: (row) => html`<${Moment} at=${row.scheduled_for} />` },
  { key: "outcome", label: "Outcome", cell: (row) => html`<${CycleOutcome} ...${row} />` },
  { key: "duration", label: "ms", numeric: true, wideOnly: true, cell: (row) => formatCount(row.duration_ms) },
  { key: "fills", label: "Fills", numeric: true, cell: (row) => html`<${Times} count=${row.fills} />` },
  { key: "settlements", label: "Settled", numeric: true, cell: (row) => html`<${Times} count=${row.settlements} />` },
  { key: "faults", label: "Faults", numeric: true, cell: (row) => html`<${Times} count=${row.faults.length} />` },
  { key: "refusals", label: "Refused, and why", span: 3,
    isBlank: (row) => Object.keys(row.refusals).length === 0,
    cell: (row) => html`<${Refusals} refusals=${row.refusals} />` },
];

export const CyclesPanel = () => html`
  <${Panel} id="cycles" title="Last cycles" source=${cycles} stale=${isStale.value}
    isEmpty=${(items) => items.length === 0} empty="No cycle has been committed yet.">
    ${(items) => html`
      <${Table} caption="Last cycles, newest first" columns=${CYCLE_COLUMNS}
        rows=${items} rowKey=${(row) => row.cycle_id} />`}
  </${Panel}>`;
