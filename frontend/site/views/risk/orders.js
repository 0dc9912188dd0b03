/** Orders that wait across cycles: what each would do, what the limits hold for it, and its cancel. */

import { html } from "../../vendor/ui.js";
import { formatMoment, formatMoney, formatPrice, formatSize, plain, words } from "../../lib/format.js";
import { isStale } from "../../stores/overview.js";
import { cancelOrder, orders } from "../../stores/risk.js";
import { openForm } from "../../stores/writing.js";
import { Act } from "../../components/Act.js";
import { Icon } from "../../components/Icon.js";
import { Moment, Panel } from "../../components/Panel.js";
import { Table } from "../../components/Table.js";
import { Strategy } from "../tables.js";
import { Frame } from "../../components/Frame.js";
import { Outcome } from "../../components/Outcome.js";

const deed = ({ side, left }) => `${side === "buy" ? "Buy" : "Sell"} ${formatSize(left)}`;

/** "limit at 0.4000", "stop limit at 0.3800, from 0.4000". */
function terms({ order_type: type, limit, trigger, triggered }) {
  const from = trigger === null ? "" : `${triggered ? "triggered at" : "from"} ${formatPrice(trigger)}`;
  const at = limit === null ? "" : `at ${formatPrice(limit)}`;
  return [`${words(type)} ${at}`.trim(), from].filter(Boolean).join(", ");
}

const Until = ({ row: { time_in_force: force, expires_at: at } }) => (at === null
  ? words(force) : html`until <${Moment} at=${at} write=${formatMoment} />`);

const COLUMNS = [
  { key: "title", label: "Market", main: true, span: 3, cell: (row) => html`
    <span class="market-title" title=${plain(row.instrument_id)}>${plain(row.title)}</span>
    <small class="order-why quiet">${plain(row.reason)}</small>` },
  { key: "strategy", label: "Strategy", span: 2, cell: ({ strategy }) => html`<${Strategy} name=${strategy} />` },
  { key: "deed", label: "Order", cell: (row) => html`<span class="nowrap">${deed(row)}</span>` },
  { key: "terms", label: "Terms", span: 2, cell: (row) => html`${terms(row)}
    <small class="order-why quiet"><${Until} row=${row} /></small>` },
  { key: "ahead", label: "Ahead of it", numeric: true, cell: (row) => formatSize(row.queue_ahead) },
  { key: "reserved", label: "Reserved", numeric: true, cell: ({ side, reserved }) => (side === "buy"
    ? formatMoney(reserved) : html`<span class="quiet">none</span>`) },
  { key: "cancel", label: "Cancel", span: 3, cell: (row) => html`
    <${Act} tone="button-quiet" onClick=${() => openForm("cancel", row)}
      aria-label=${`Cancel: ${deed(row)} ${plain(row.title)}`}>Cancel …</${Act}>` },
];

export const OrdersPanel = () => html`
  <${Panel} id="orders" title="Waiting orders" source=${orders} stale=${isStale.value}>
    ${(items) => html`
      ${items.length === 0 && html`
        <p class="panel-empty">No order waits. One that a strategy leaves in the book stands here.</p>`}
      ${items.length > 0 && html`
        <${Table} caption="Orders that wait" columns=${COLUMNS} rows=${items}
          rowKey=${(row) => `${row.strategy} ${row.order_id}`} />`}
      <${Outcome} about=${["orders"]} />`}
  </${Panel}>`;

export function CancelForm({ subject }) {
  return html`
    <${Frame} title="Cancel a waiting order" about="orders" label="Cancel the order" leave="Keep it"
      save=${(reason) => cancelOrder(subject, reason)}>
      <p><strong>${deed(subject)} ${plain(subject.title)}</strong>, ${terms(subject)}
        ${" "}<span class="quiet">of ${plain(subject.strategy)}</span></p>
      <p class="quiet">It is gone at once: a cycle that runs meanwhile cannot fill it. The strategy may ask for it
        ${" "}again in its next cycle; pause or disable the strategy to prevent that.</p>
    </${Frame}>`;
}
