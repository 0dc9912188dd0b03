/** Equity of every strategy over the cycles, as lines or as a table. */

import { computed, html, signal } from "../vendor/ui.js";
import { formatMoment, formatMoney, plain } from "../lib/format.js";
import { equity, isStale, slots, state } from "../stores/overview.js";
import { Moment, Panel } from "../components/Panel.js";
import { Table } from "../components/Table.js";
import { TimeChart } from "../components/TimeChart.js";

const RANGES = [["all", "All", Infinity], ["200", "200", 200], ["60", "60", 60]];
const CYCLE_SECONDS = 60;
const ROWS = 60;

const range = signal("all");
const asTable = signal(false);
const hidden = signal(new Set());
const hovered = signal(null);

const points = computed(() => {
  const [, , length] = RANGES.find(([key]) => key === range.value);
  return length === Infinity ? equity.content.value ?? [] : (equity.content.value ?? []).slice(-length);
});

// Market time: in a replay the wall clock would squeeze hours into minutes.
const times = computed(() => points.value.map(({ cycle_id: id }) => id * CYCLE_SECONDS));

const lines = computed(() => [...slots.value].map(([name, slot]) => ({
  name,
  slot,
  shown: !hidden.value.has(name),
  values: points.value.map(({ equity: values }) => (name in values ? Number(values[name]) : null)),
})));

export const EquityPanel = () => html`
  <${Panel} id="equity" title="Equity per strategy" source=${equity} stale=${isStale.value}
    tools=${html`<${Tools} />`} isEmpty=${(items) => items.length < 2} empty="The lines start with the second cycle.">
    ${() => html`<${Legend} />${asTable.value ? html`<${PointTable} />` : html`<${Lines} />`}`}
  </${Panel}>`;

const Tools = () => html`
  <fieldset class="segments">
    <legend class="visually-hidden">Cycles shown</legend>
    ${RANGES.map(([key, name]) => html`
      <label><input type="radio" name="range" value=${key} checked=${range.value === key}
        onChange=${() => { range.value = key; }} /><span>${name}</span></label>`)}
  </fieldset>
  <button type="button" class="button button-quiet" aria-pressed=${asTable.value}
    onClick=${() => { asTable.value = !asTable.value; }}>Show as table</button>`;

function Lines() {
  const ends = lines.value.map(({ name, values }) => `${name} ${formatMoney(values.at(-1) ?? 0)}`);
  const label = `Equity over ${points.value.length} cycles, ending at ${ends.join(", ")}.`;
  return html`
    <${TimeChart} x=${times.value} lines=${lines.value} baseline=${baseline.value} hovered=${hovered}
      label=${`${label} Show as table has the numbers.`} />`;
}

const baseline = computed(() => Number(state.content.value?.accounts[0]?.starting_cash ?? NaN));

/** Toggles with the value under the cursor, or the newest. */
const Legend = () => html`
  <div class="legend">
    ${lines.value.map((line) => html`<${LegendItem} ...${line} />`)}
    <span class="legend-time quiet"><${LegendTime} /></span>
  </div>`;

const LegendItem = ({ name, slot, shown, values }) => html`
  <button type="button" class="legend-item" aria-pressed=${shown} onClick=${() => toggle(name)}>
    <i class=${`swatch series-${slot}`} aria-hidden="true"></i>${plain(name)}
    ${" "}<span class="figure">${formatMoney(valueAt(values, hovered.value))}</span>
  </button>`;

/** The value under the pointer; without a pointer, or where it is unknown, the newest. */
const valueAt = (values, index) => values[index ?? values.length - 1] ?? values.at(-1) ?? 0;

const LegendTime = () => {
  const moment = times.value[hovered.value];
  return moment === undefined ? "dashed line: where each started" : `market time ${formatMoment(moment * 1_000)}`;
};

function toggle(name) {
  const next = new Set(hidden.value);
  if (!next.delete(name)) next.add(name);
  hidden.value = next;
}

const CYCLE_COLUMNS = [
  { key: "cycle", label: "Cycle", main: true, cell: (point) => point.cycle_id },
  { key: "time", label: "Market time",
    cell: (point) => html`<${Moment} at=${point.cycle_id * CYCLE_SECONDS * 1_000} />` },
];

const columnOf = (name) => ({
  key: name,
  label: plain(name),
  numeric: true,
  cell: ({ equity: values }) => (values[name] === undefined ? "–" : formatMoney(values[name])),
});

function PointTable() {
  const names = [...slots.value.keys()].filter((name) => !hidden.value.has(name));
  const rows = points.value.slice(-ROWS).reverse();
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label=${`Equity, newest ${rows.length} cycles`}>
      <${Table} caption="Equity per strategy and cycle, newest first" rows=${rows}
        columns=${[...CYCLE_COLUMNS, ...names.map(columnOf)]} rowKey=${(point) => point.cycle_id} />
    </div>`;
}
