/** Limits of the house and of every strategy, how much of each is used, and what else bounds it. */

import { computed, html, signal } from "../../vendor/ui.js";
import { formatCount, plain, words } from "../../lib/format.js";
import { borrowWords, exitWords, inUnit, limitLabel, pressure, sizingWords } from "../../lib/rules.js";
import { isStale, strategies } from "../../stores/overview.js";
import { changeStrategies, giveBack, risk } from "../../stores/risk.js";
import { isBusy, openForm } from "../../stores/writing.js";
import { Act } from "../../components/Act.js";
import { Icon } from "../../components/Icon.js";
import { Meter } from "../../components/Meter.js";
import { Change, Panel } from "../../components/Panel.js";
import { Table } from "../../components/Table.js";
import { Strategy } from "../tables.js";
import { Outcome } from "../../components/Outcome.js";

/** The strategy whose limits are shown; empty for the house. */
const chosen = signal("");

const shown = computed(() => {
  const { house = [], strategies = [] } = risk.content.value ?? {};
  const row = strategies.find(({ strategy }) => strategy === chosen.value);
  return row ?? { strategy: "", limits: house };
});

export const LimitsPanel = () => html`
  <${Panel} id="limits" title="Limits, exits and sizing" source=${risk} stale=${isStale.value}
    tools=${html`<${Edit} />`}
    isEmpty=${({ house, strategies }) => house.length + strategies.length === 0}
    empty="No limit is known yet. The first cycle shows them.">
    ${(content) => html`
      <${Chooser} ...${content} />
      <${Limits} />
      ${shown.value.strategy && html`<${Bounds} ...${shown.value} />`}
      <${Outcome} about=${["limits"]} />`}
  </${Panel}>`;

const nameOf = (strategy) => (strategy ? plain(strategy) : "the house");

const Edit = () => html`
  <${Act} onClick=${() => openForm("limits", shown.peek().strategy)}>
    <${Icon} name="edit" />Change ${nameOf(shown.value.strategy)} …
  </${Act}>`;

const Chooser = ({ house, strategies }) => html`
  <fieldset class="chooser">
    <legend class="visually-hidden">Whose limits</legend>
    ${[{ strategy: "", limits: house }, ...strategies].map((row) => html`<${Choice} key=${row.strategy} ...${row} />`)}
  </fieldset>`;

/** One subject with the limit of which it has used most. */
function Choice({ strategy, limits }) {
  const [tightest] = limits.filter(({ limit }) => limit !== null).sort((a, b) => pressure(b) - pressure(a));
  return html`
    <label class="chooser-item">
      <input type="radio" name="limits-of" value=${strategy} checked=${shown.value.strategy === strategy}
        onChange=${() => { chosen.value = strategy; }} />
      <span class="chooser-name">
        ${strategy ? html`<${Strategy} name=${strategy} />` : "The house"}
      </span>
      <span class="quiet">${tightest ? `tightest: ${limitLabel(tightest.name).toLowerCase()}` : "no limit is set"}</span>
      ${tightest && html`<${Meter} share=${pressure(tightest)} />`}
    </label>`;
}

const COLUMNS = [
  { key: "name", label: "Limit", main: true, span: 3, cell: ({ name, description }) => html`
    ${limitLabel(name)} <small class="limit-note quiet">${plain(description)}</small>` },
  { key: "used", label: "Used", numeric: true, cell: ({ used, unit }) => inUnit(used, unit) },
  { key: "limit", label: "Limit", numeric: true,
    cell: ({ limit, unit }) => (limit === null ? html`<span class="quiet">none</span>` : inUnit(limit, unit)) },
  { key: "share", label: "How much of it", cell: (row) => html`<${Meter} share=${pressure(row)} />` },
];

const Limits = () => html`
  <${Table} caption=${`Limits of ${nameOf(shown.value.strategy)}`} columns=${COLUMNS}
    rows=${shown.value.limits} rowKey=${({ name }) => name} />`;

function Bounds({ strategy, exits, sizing, borrow, exit_reasons: reasons, ...row }) {
  const rules = exitWords(exits);
  return html`
    <${About} name=${strategy} />
    <dl class="facts bounds">
      <div><dt>Exits, the first that holds decides</dt>
        <dd>${rules.length ? rules.join(", ") : "no rule: only the strategy itself gives a position up"}
          ${" "}<${Whose} strategy=${strategy} part="exits" from=${row.exits_from} /></dd></div>
      <div><dt>Sizing of an entry</dt><dd>${sizingWords(sizing)}
        ${" "}<${Whose} strategy=${strategy} part="sizing" from=${row.sizing_from} /></dd></div>
      <div><dt>Both sides of one market</dt><dd><${Pairs} name=${strategy} /></dd></div>
      <div><dt>Selling short on spot</dt><dd>${borrowWords(borrow)}</dd></div>
    </dl>
    <h3 class="exit-title">Newest closed trades, by what ended them</h3>
    ${reasons.length === 0 ? html`<p class="quiet">None yet.</p>` : html`
      <div class="exit-table">
        <${Table} caption=${`Closed trades of ${plain(strategy)} by reason`} columns=${EXIT_COLUMNS} rows=${reasons}
          rowKey=${({ reason }) => reason} />
      </div>`}`;
}

/** Whose rules are in force, with the way back to the strategy's own. */
const Whose = ({ strategy, part, from }) => (from === "strategy"
  ? html`<small class="quiet">(the strategy's own)</small>`
  : html`<small class="quiet">(set by an operator)</small>
    ${" "}<${Act} tone="button-quiet" disabled=${isBusy.value} aria-label=${`Use the strategy's own ${part}`}
      onClick=${() => giveBack(strategy, part)}>Use its own</${Act}>`);

const ABOUT = { enters: "Enters", leaves: "Leaves", fails_when: "Fails when" };

/** What the author says of a strategy. */
function About({ name }) {
  const row = strategies.content.value?.find((each) => each.name === name);
  if (!row) return null;
  return html`
    <dl class="facts about">
      <div><dt>What it is</dt><dd>${plain(row.summary)}
        ${row.baseline && html` <small class="quiet">A baseline: others are measured against it.</small>`}</dd></div>
      <div><dt>Trades</dt><dd>${row.trades.map((kind) => KINDS[kind] ?? words(kind)).join(", ")}</dd></div>
      ${Object.entries(ABOUT).filter(([key]) => row[key]).map(([key, label]) => html`
        <div key=${key}><dt>${label}</dt><dd>${plain(row[key])}</dd></div>`)}
    </dl>`;
}

const KINDS = { binary: "prediction markets", spot: "currencies" };

const EXIT_COLUMNS = [
  { key: "reason", label: "Ended by", main: true, span: 3,
    cell: ({ reason }) => html`<span class="exit-reason">${words(reason)}</span>` },
  { key: "count", label: "Trades", numeric: true, cell: ({ count }) => formatCount(count) },
  { key: "wins", label: "Won", numeric: true, cell: ({ wins, count }) => html`${formatCount(wins)}
    ${" "}<small class="quiet">(${Math.round((100 * wins) / count)}\u202f%)</small>` },
  { key: "profit", label: "Profit", numeric: true, cell: ({ profit }) => html`<${Change} value=${profit} />` },
];

/** Whether complete pairs are turned back into a dollar, with the button for the other way. */
function Pairs({ name }) {
  const row = strategies.content.value?.find((each) => each.name === name);
  if (!row) return html`<span class="quiet">not known</span>`;
  const merged = row.merge_pairs;
  const reason = `${merged ? "pairs kept" : "pairs merged"} from the dashboard`;
  return html`
    ${merged ? "merged into a dollar at once" : "kept until the market resolves"}
    ${" "}<${Act} tone="button-quiet" disabled=${isBusy.value}
      onClick=${() => changeStrategies([name], { merge_pairs: !merged }, reason, "limits")}>
      ${merged ? "Keep them" : "Merge them"}</${Act}>`;
}
