/** A titled part of the page that draws every state of what it shows, and small figures for it. */

import { html } from "../vendor/ui.js";
import {
  direction, exact, formatClock, formatDuration, formatNumber, formatShare, formatSigned, plain, words,
} from "../lib/format.js";
import { Icon } from "./Icon.js";

/**
 * `source` is a resource; `children` draws its content. `empty` is a sentence, shown when
 * `isEmpty(content)`; `stale` is true when the content is older than it should be.
 */
export function Panel({ id, title, source, isEmpty, empty, stale = false, tools = null, children }) {
  const content = source.content.value;
  const error = source.error.value;
  const status = statusOf(content, error, isEmpty, stale);
  return html`
    <section class="panel" id=${id} data-status=${status} aria-labelledby=${`${id}-title`}>
      <header class="panel-header">
        <h2 id=${`${id}-title`}>${title}</h2>
        ${status === "stale" && html`<span class="tag tag-warning">Stale</span>`}
        ${content !== null && error && html`<${NotRefreshed} source=${source} />`}
        <div class="panel-tools">${["ready", "stale"].includes(status) && tools}</div>
      </header>
      <${Body} status=${status} source=${source} empty=${empty} draw=${() => children(content)} />
    </section>`;
}

function statusOf(content, error, isEmpty, stale) {
  if (content === null) return error ? "error" : "loading";
  if (isEmpty?.(content)) return "empty";
  return stale ? "stale" : "ready";
}

function Body({ status, source, empty, draw }) {
  if (status === "loading") return html`<${Skeleton} />`;
  if (status === "error") return html`<${Failure} source=${source} />`;
  if (status === "empty") return html`<p class="panel-empty">${empty}</p>`;
  return draw();
}

export const Skeleton = () => html`
  <div class="skeleton" role="img" aria-label="Loading"><i></i><i></i><i></i></div>`;

const NotRefreshed = ({ source }) => html`
  <button type="button" class="tag tag-warning" onClick=${source.refresh}
    title=${plain(source.error.value.message)}>Not refreshed, retry</button>`;

/** An error where the content would be: what happened, what to do, and a retry. */
export function Failure({ source }) {
  const { message, hint, requestId } = source.error.value;
  return html`
    <div class="failure">
      <p><strong><${Prose} text=${message} /></strong> <${Prose} text=${hint} /></p>
      ${requestId && html`<p class="quiet">Request <code>${plain(requestId)}</code></p>`}
      <button type="button" class="button" onClick=${source.refresh} disabled=${source.loading.value}>Retry</button>
    </div>`;
}

/** A sentence in which `commands` are set as code. */
export const Prose = ({ text }) => plain(text).split("`")
  .map((part, index) => (index % 2 ? html`<code>${part}</code>` : part));

const ARROWS = { up: "▲", down: "▼", flat: "•" };

/** A gain or loss: arrow, sign and colour, and its share of `base` when given. */
export function Change({ value, base }) {
  const way = direction(value);
  return html`
    <span class=${`change change-${way}`}>
      <span class="arrow" aria-hidden="true">${ARROWS[way]}</span>${formatSigned(value)}
      ${base && Number(base) !== 0 && html`
        <small>${formatSigned(Number(value) / Number(base), formatShare)}</small>`}
    </span>`;
}

/** An instant by the clock, with the exact one in a tooltip. */
export const Moment = ({ at, write = formatClock }) =>
  html`<time datetime=${at} title=${exact(at)}>${write(at)}</time>`;

export const Ago = ({ seconds }) => html`<span class="figure">${formatDuration(seconds)} ago</span>`;

/** The numbers that a decision looked at, behind a disclosure. */
export function Inputs({ inputs }) {
  const seen = Object.entries(inputs ?? {});
  return seen.length > 0 && html`
    <details class="inputs">
      <summary>What it saw</summary>
      <dl>${seen.map(([name, value]) => html`
        <div key=${name}><dt>${words(name)}</dt><dd class="figure">${formatNumber(value)}</dd></div>`)}
      </dl>
    </details>`;
}

/** A short state in words with an icon, so that colour is never alone. */
export const Tag = ({ tone = "quiet", icon, children }) => html`
  <span class=${`tag tag-${tone}`}>${icon && html`<${Icon} name=${icon} />`}${children}</span>`;
