/** One cycle with everything it did and refused, and why. */

import { html, useLayoutEffect, useRef } from "../vendor/ui.js";
import { formatCount, formatMoney, formatPrice, formatSize, plain, words } from "../lib/format.js";
import { trace, traced } from "../stores/overview.js";
import { Icon } from "./Icon.js";
import { Failure, Inputs, Moment, Skeleton } from "./Panel.js";

export const CycleDrawer = () => html`<${Drawer} key=${traced.value} />`;

function Drawer() {
  const frame = useRef(null);
  useLayoutEffect(() => { frame.current.showModal(); }, []);
  const leave = () => frame.current.close();
  // A click on the backdrop arrives at the dialog itself.
  const outside = (event) => { if (event.target === frame.current) leave(); };
  return html`
    <dialog ref=${frame} class="drawer" aria-labelledby="trace-title"
      onClose=${() => { traced.value = null; }} onClick=${outside}>
      <div class="drawer-body">
        <header class="drawer-header">
          <h2 id="trace-title">Cycle ${traced.value}</h2>
          <button type="button" class="button button-icon" onClick=${leave} aria-label="Close">
            <${Icon} name="close" />
          </button>
        </header>
        <${Trace} />
      </div>
    </dialog>`;
}

function Trace() {
  if (trace.error.value) return html`<${Failure} source=${trace} />`;
  if (!trace.content.value) return html`<${Skeleton} />`;
  const { cycle, decisions, record_key: record } = trace.content.value;
  return html`
    <${Facts} cycle=${cycle} />
    <h3>Decisions</h3>
    ${decisions.length === 0
      ? html`<p class="panel-empty">Nothing was wanted and nothing refused in this cycle.</p>`
      : html`<ol class="decisions">${decisions.map((decision) => html`<${Decision} ...${decision} />`)}</ol>`}
    <p class="quiet">Record <code>${plain(record)}</code>.
      ${" "}Decide it again with <code>bot replay ${cycle.cycle_id}</code>.</p>`;
}

const Facts = ({ cycle }) => html`
  <dl class="facts">
    <${Fact} name="Scheduled for"><${Moment} at=${cycle.scheduled_for} /></${Fact}>
    <${Fact} name="Committed at">
      ${cycle.committed_at ? html`<${Moment} at=${cycle.committed_at} />` : "not committed"}
    </${Fact}>
    <${Fact} name="Control">${plain(cycle.control)}</${Fact}>
    <${Fact} name="Trigger">${plain(cycle.trigger)}</${Fact}>
    <${Fact} name="Markets, quotes">${formatCount(cycle.markets)}, ${formatCount(cycle.quotes)}</${Fact}>
    <${Fact} name="Duration">${formatCount(cycle.duration_ms)} ms</${Fact}>
    ${cycle.reason && html`<${Fact} name="Reason">${plain(cycle.reason)}</${Fact}>`}
    ${cycle.faults.length > 0 && html`<${Fact} name="Faults">${cycle.faults.map(plain).join("; ")}</${Fact}>`}
  </dl>`;

const Fact = ({ name, children }) => html`<div><dt>${name}</dt><dd>${children}</dd></div>`;

const Decision = ({ kind, strategy, title, text, code, inputs, ...numbers }) => html`
  <li class=${`decision decision-${kind}`}>
    <${Icon} name=${kind} />
    <div>
      <p><strong>${plain(strategy)}</strong> <span class="quiet">${words(kind)}${code && `: ${words(code)}`}</span></p>
      <p>${plain(text)}</p>
      <p class="quiet">${plain(title)}<${Numbers} ...${numbers} /></p>
      <${Inputs} inputs=${inputs} />
    </div>
  </li>`;

function Numbers({ size, price, fee }) {
  const parts = [
    size !== null && `${formatSize(size)} contracts`,
    price !== null && `at ${formatPrice(price)}`,
    fee !== null && `fee ${formatMoney(fee)}`,
  ].filter(Boolean);
  return parts.length ? html`<span class="figure"> · ${parts.join(" ")}</span>` : null;
}
