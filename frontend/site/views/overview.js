/** The first page: alive, fresh, winning, doing, at risk. */

import { html } from "../vendor/ui.js";
import { formatClock, formatCount, formatMoney, plain } from "../lib/format.js";
import { activity, committedAt, equity, isStale, lastCycle, state } from "../stores/overview.js";
import { Icon } from "../components/Icon.js";
import { Change, Failure, Inputs, Moment, Panel, Prose } from "../components/Panel.js";
import { Sparkline } from "../components/TimeChart.js";
import { EquityPanel } from "./equity.js";
import { CyclesPanel, PositionsPanel, StrategiesPanel } from "./tables.js";

export const Overview = () => html`
  <h1 class="visually-hidden">Overview</h1>
  <${FirstSteps} />
  <div class="sheet">
    <${Tiles} />
    <div class="split"><${EquityPanel} /><${Feed} /></div>
    <${StrategiesPanel} />
    <${PositionsPanel} />
    <${CyclesPanel} />
  </div>`;

function Tiles() {
  const { content, error } = state;
  if (!content.value) return html`<${error.value ? Failure : LoadingTiles} source=${state} />`;
  const { equity: total, profit, open_cost: open, starting_cash: start, accounts, positions } = content.value;
  const trades = accounts.reduce((sum, account) => sum + account.trades, 0);
  return html`
    <div class=${`tiles ${isStale.value ? "is-stale" : ""}`}>
      <${Tile} id="tile-equity" name="Total equity" value=${formatMoney(total)}><${TotalLine} /></${Tile}>
      <${Tile} id="tile-profit" name="Profit since start" value=${html`<${Change} value=${profit} base=${start} />`}>
        from ${formatMoney(start)}</${Tile}>
      <${Tile} id="tile-open" name="Open at cost" value=${formatMoney(open)}>
        ${formatCount(positions.length)} ${positions.length === 1 ? "position" : "positions"}</${Tile}>
      <${Tile} id="tile-trades" name="Trades" value=${formatCount(trades)}>
        by ${formatCount(accounts.length)} ${accounts.length === 1 ? "strategy" : "strategies"}</${Tile}>
    </div>`;
}

const Tile = ({ id, name, value, children }) => html`
  <section class="tile" id=${id} aria-label=${name}>
    <h2 class="tile-name">${name}</h2>
    <p class="tile-value figure">${value}</p>
    <div class="tile-note quiet">${children}</div>
    <p class="tile-asof quiet"><${AsOf} /></p>
  </section>`;

function AsOf() {
  if (committedAt.value) return html`as of <${Moment} at=${committedAt.value} />`;
  return lastCycle.value ? "as of the last cycle" : "before the first cycle";
}

const LoadingTiles = () => html`
  <div class="tiles">${[1, 2, 3, 4].map(() => html`
    <div class="tile"><div class="skeleton" role="img" aria-label="Loading"><i></i><i></i></div></div>`)}
  </div>`;

function TotalLine() {
  const points = equity.content.value ?? [];
  const sum = (point) => Object.values(point.equity).reduce((total, value) => total + Number(value), 0);
  return html`<${Sparkline} values=${points.slice(-200).map(sum)} />`;
}

const Feed = () => html`
  <${Panel} id="activity" title="What just happened" source=${activity} stale=${isStale.value}
    isEmpty=${(items) => items.length === 0}
    empty="Nothing yet. Trades, settlements, faults and changes of the switch appear here.">
    ${(items) => html`
      <ol class="feed" tabindex="0" aria-label="Newest first">
        ${items.map((item) => html`<${Event} key=${`${item.at} ${item.strategy} ${item.text}`} ...${item} />`)}
      </ol>`}
  </${Panel}>`;

const Event = ({ at, kind, strategy, text, inputs }) => html`
  <li class=${`event event-${kind}`}>
    <${Icon} name=${kind} />
    <div class="event-body">
      <p class="event-head"><strong>${plain(strategy ?? kind)}</strong><${Moment} at=${at} write=${formatClock} /></p>
      <p class="event-text">${plain(text)}</p>
      <${Inputs} inputs=${inputs} />
    </div>
  </li>`;

/** Shown until the first trade: what has happened, and what comes next. */
function FirstSteps() {
  const content = state.content.value;
  if (!content || content.accounts.some(({ trades }) => trades > 0)) return null;
  const started = lastCycle.value !== null;
  return html`
    <section class="first-steps" id="first-steps" aria-labelledby="first-steps-title">
      <h2 id="first-steps-title">Getting started</h2>
      <ol>
        <${Step} done name="Deployed">The API answers and this token is valid.</${Step}>
        <${Step} done=${started} name="First cycle"><${Prose} text=${started
          ? "Committed. The schedule fires."
          : "Waiting for the schedule. `bot doctor` checks it if nothing comes."} /></${Step}>
        <${Step} done=${false} name="First trade">${content.control.state === "RUNNING"
          ? "A strategy trades when it sees its chance."
          : "Nothing trades before someone presses Resume."}</${Step}>
      </ol>
    </section>`;
}

const Step = ({ done, name, children }) => html`
  <li class=${done ? "is-done" : ""}>
    <${Icon} name=${done ? "done" : "waiting"} />
    <p><strong>${name}</strong><span class="visually-hidden">${done ? " (done)" : " (waiting)"}</span> ${children}</p>
  </li>`;
