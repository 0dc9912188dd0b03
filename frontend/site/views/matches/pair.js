/** One pair: the verdict in words, both questions side by side, what differs, and the decision. */

import { html } from "../../vendor/ui.js";
import { formatMoment, plain } from "../../lib/format.js";
import { FIELDS, VERDICTS, fieldWords, standing } from "../../lib/resolution.js";
import { openForm } from "../../stores/writing.js";
import { Act } from "../../components/Act.js";
import { Bar } from "../../components/Meter.js";
import { Icon } from "../../components/Icon.js";
import { Moment, Tag } from "../../components/Panel.js";

export function Pair({ pair }) {
  const { name, means, tone, icon } = VERDICTS[pair.verdict];
  return html`
    <li class="pair" data-verdict=${pair.verdict}>
      <header class="pair-head">
        <${Tag} tone=${tone} icon=${icon}>${name}</${Tag}>
        <span class="pair-means">${means}</span>
        <${Score} score=${pair.score} />
      </header>
      <div class="legs">${pair.legs.map((leg) => html`<${Leg} key=${leg.market_id} leg=${leg} />`)}</div>
      <${Endings} legs=${pair.legs} />
      <dl class="pair-parts">
        <${Part} name="Agree in" words=${pair.agrees} />
        <${Part} name="Differ in" words=${pair.differs} />
        <${Part} name="Not stated" words=${pair.unknown} />
        <${Part} name="Why this verdict" words=${pair.reasons} />
      </dl>
      <footer class="pair-end"><${Decided} pair=${pair} /><${Buttons} pair=${pair} /></footer>
    </li>`;
}

const Score = ({ score }) => html`
  <span class="score"><span>alike <b class="figure">${Number(score).toFixed(2)}</b></span><${Bar} share=${Number(score)} /></span>`;

const Leg = ({ leg }) => html`
  <article class="leg">
    <p class="quiet">${plain(leg.venue)} · ${leg.closes_at
      ? html`closes <${Moment} at=${leg.closes_at} write=${formatMoment} />` : "closes at no stated time"}</p>
    <h3>${plain(leg.title)}</h3>
    <p class="quiet">${leg.outcomes.map(plain).join(" / ")} · <code>${plain(leg.market_id)}</code></p>
    ${leg.rules && html`<details class="more"><summary>Rules</summary><p><${Rules} text=${leg.rules} /></p></details>`}
  </article>`;

// Rules are long; `plain` cuts at a title's length, so they are cleaned part by part.
const Rules = ({ text }) => text.match(/[^]{1,150}(?:\s|$)|[^]{1,150}/gu).map((part) => `${plain(part)} `);

const MARKS = { agrees: ["done", "agrees"], differs: ["fault", "differs"], unknown: ["waiting", "not stated"] };

/** How both end, field by field. A table for screen readers, whatever its width. */
const Endings = ({ legs }) => html`
  <div class="table-frame endings">
    <table role="table">
      <caption class="visually-hidden">How both markets end</caption>
      <thead role="rowgroup"><tr role="row">
        <th role="columnheader" scope="col">Ending</th>
        ${legs.map(({ venue }) => html`<th role="columnheader" scope="col">${plain(venue)}</th>`)}
        <th role="columnheader" scope="col"><span class="visually-hidden">Compared</span></th>
      </tr></thead>
      <tbody role="rowgroup">${FIELDS.map(([name, label]) => html`<${Ending} name=${name} label=${label} legs=${legs} />`)}</tbody>
    </table>
  </div>`;

function Ending({ name, label, legs }) {
  const way = standing(name, legs.map(({ resolution }) => resolution));
  const [icon, said] = MARKS[way];
  return html`
    <tr role="row" class=${`ending ending-${way}`}>
      <th role="rowheader" scope="row">${label}</th>
      ${legs.map(({ venue, resolution }) => html`
        <td role="cell"><span class="card-label" aria-hidden="true">${plain(venue)}</span>
          <${Value} name=${name} record=${resolution} /></td>`)}
      <td role="cell" class="ending-mark"><${Icon} name=${icon} />${said}</td>
    </tr>`;
}

function Value({ name, record }) {
  const said = fieldWords(name, record[name]);
  if (said === null) return html`<span class="quiet">not stated</span>`;
  return html`${said}${record.filled.includes(name) && html` <small class="quiet">an operator's word</small>`}`;
}

const Part = ({ name, words }) => words.length > 0 && html`
  <div><dt>${name}</dt><dd>${words.map(plain).join("; ")}</dd></div>`;

function Decided({ pair }) {
  if (pair.revoked) return html`<p><strong>Confirmation revoked:</strong> ${plain(pair.revoked)}</p>`;
  if (pair.decided_at === null) return html`<p class="quiet">Proposed <${Moment} at=${pair.proposed_at} write=${formatMoment} />; not traded until confirmed.</p>`;
  return html`
    <p><strong class="decided">${pair.status}</strong> by ${plain(pair.decided_by)},
      ${" "}<${Moment} at=${pair.decided_at} write=${formatMoment} />: “${plain(pair.reason)}”</p>`;
}

const Buttons = ({ pair }) => html`
  <span class="pair-acts">
    ${pair.status !== "rejected" && html`
      <${Act} tone="button-quiet" onClick=${() => openForm("match", { ...pair, wanted: "rejected" })}>Reject …</${Act}>`}
    ${pair.status !== "confirmed" && pair.verdict !== "different" && html`
      <${Act} onClick=${() => openForm("match", { ...pair, wanted: "confirmed" })}>Confirm …</${Act}>`}
  </span>`;
