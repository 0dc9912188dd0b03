/** Open positions with the rules that would give them up. */

import { html } from "../../vendor/ui.js";
import { formatMoment, formatMoney, formatPrice, formatSize, plain } from "../../lib/format.js";
import { exitWords } from "../../lib/rules.js";
import { isStale, state } from "../../stores/overview.js";
import { risk } from "../../stores/risk.js";
import { openForm } from "../../stores/writing.js";
import { Act } from "../../components/Act.js";
import { Icon } from "../../components/Icon.js";
import { Change, Moment, Panel, Tag } from "../../components/Panel.js";
import { Table } from "../../components/Table.js";
import { Strategy } from "../tables.js";
import { Outcome } from "../../components/Outcome.js";

/** The exit rules of a strategy; null while they are not known. */
export const rulesOf = (strategy) =>
  risk.content.value?.strategies.find((each) => each.strategy === strategy)?.exits ?? null;

function Exits({ row }) {
  const rules = row.exits ?? rulesOf(row.strategy);
  if (!rules) return html`<span class="quiet">not known</span>`;
  const said = exitWords(rules).join(", ") || "no rule";
  return html`
    <span class="exits">${row.exits ? html`<${Tag} tone="replay" icon="edit">own rules</${Tag}> ` : null}${said}</span>`;
}

/** When the market ends; once it has, since when the money waits for its result. */
function End({ row: { closes_at: at, locked_since: since } }) {
  if (since !== null) {
    return html`<${Tag} tone="warning" icon="waiting">no result since <${Moment} at=${since} write=${formatMoment} /></${Tag}>`;
  }
  return at !== null && html`<small class="quiet">ends <${Moment} at=${at} write=${formatMoment} /></small>`;
}

const Size = ({ row: { size, loan } }) => html`
  ${formatSize(size)}
  ${loan !== null && html`<small class="mid quiet">short, ${formatMoney(loan)} interest</small>`}`;

const Mark = ({ row: { mark, mid } }) => html`
  ${mark === null ? "–" : formatPrice(mark)}
  ${mid !== null && html`<small class="mid quiet">mid ${formatPrice(mid)}</small>`}`;

const COLUMNS = [
  { key: "title", label: "Market", main: true, span: 3, cell: (row) => html`
    <span class="market-title" title=${plain(row.instrument_id)}>${plain(row.title)}</span>
    <span class="position-end"><${End} row=${row} /></span>` },
  { key: "strategy", label: "Strategy", span: 2, cell: ({ strategy }) => html`<${Strategy} name=${strategy} />` },
  { key: "size", label: "Size", numeric: true, cell: (row) => html`<${Size} row=${row} />` },
  { key: "cost", label: "Cost", numeric: true, cell: (row) => formatMoney(row.cost) },
  { key: "mark", label: "Mark (bid)", numeric: true, cell: (row) => html`<${Mark} row=${row} />` },
  { key: "unrealised", label: "Unrealised", numeric: true,
    cell: (row) => html`<${Change} value=${row.unrealised} base=${row.cost} />` },
  { key: "exits", label: "Given up at", span: 3, cell: (row) => html`<${Exits} row=${row} />` },
  { key: "edit", label: "Exit rules", span: 3, cell: (row) => html`
    <${Act} tone="button-quiet" onClick=${() => openForm("position", row)} disabled=${!risk.content.value}
      aria-label=${`Change the exit rules of ${plain(row.title)}`}><${Icon} name="edit" />Change …</${Act}>` },
];

const locked = (positions) => positions
  .filter(({ locked_since: since }) => since !== null)
  .reduce((total, { cost }) => total + Number(cost), 0);

function Locked() {
  const dollars = locked(state.content.value?.positions ?? []);
  return dollars > 0 && html`<span id="locked" class="quiet">locked without a result
    ${" "}<strong class="figure">${formatMoney(dollars)}</strong></span>`;
}

export const PositionsPanel = () => html`
  <${Panel} id="exits" title="Open positions and their exits" source=${state} stale=${isStale.value}
    tools=${html`<${Locked} />`}
    isEmpty=${({ positions }) => positions.length === 0} empty="Nothing is held.">
    ${({ positions }) => html`
      <${Table} caption="Open positions with exit rules" columns=${COLUMNS} rows=${positions}
        rowKey=${(row) => `${row.strategy} ${row.instrument_id}`} />
      <${Outcome} about=${["position"]} />`}
  </${Panel}>`;
