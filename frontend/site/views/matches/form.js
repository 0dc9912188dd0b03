/** Decide about a pair, with what an operator knows that its texts do not state. */

import { html, useSignal } from "../../vendor/ui.js";
import { plain } from "../../lib/format.js";
import { FIELDS, VERDICTS } from "../../lib/resolution.js";
import { decide, pairOf } from "../../stores/matches.js";
import { Frame } from "../../components/Frame.js";

const EFFECT = {
  confirmed: "Strategies that trade pairs may use it. When a market is reworded, the confirmation ends by itself.",
  rejected: "It is not proposed again, and no strategy trades it.",
};

export function DecisionForm({ subject }) {
  const pair = pairOf(subject);
  const known = useSignal({});
  const confirms = subject.wanted === "confirmed";
  const { name, means } = VERDICTS[pair.verdict];
  return html`
    <${Frame} title=${confirms ? `Confirm as ${name.toLowerCase()}` : "Reject the pair"} about="matches" what="The pair"
      label=${confirms ? "Confirm" : "Reject"} save=${(reason) => decide(pair, subject.wanted, reason, filled(known.value))}>
      <ul class="asked">${pair.legs.map((leg) => html`
        <li key=${leg.market_id}><span class="quiet">${plain(leg.venue)}</span> <strong>${plain(leg.title)}</strong></li>`)}</ul>
      <p>${confirms && `${name}. ${means} `}${EFFECT[subject.wanted]}</p>
      ${confirms && pair.legs.map((leg) => html`<${Unknown} key=${leg.market_id} leg=${leg} known=${known} />`)}
    </${Frame}>`;
}

const LABELS = Object.fromEntries(FIELDS);
const HINTS = { cutoff: "with its offset: 2026-09-30T23:59:00-04:00", polarity: "same or inverted" };
const PATTERNS = { polarity: "same|inverted" };

/** What one market leaves open; empty fields stay so. The verdict is judged again with the rest. */
function Unknown({ leg: { market_id: id, venue, resolution }, known }) {
  if (resolution.unknown.length === 0) return null;
  const type = (name, value) => { known.value = { ...known.value, [id]: { ...known.value[id], [name]: value } }; };
  return html`
    <fieldset class="known">
      <legend>Not stated at ${plain(venue)}; leave empty what you do not know</legend>
      ${resolution.unknown.map((name) => html`
        <label class="field" key=${name}>${LABELS[name]}
          <input name=${`${venue}.${name}`} maxlength="200" autocomplete="off" pattern=${PATTERNS[name]}
            placeholder=${HINTS[name]} value=${known.value[id]?.[name] ?? ""}
            onInput=${(event) => type(name, event.target.value)} />
        </label>`)}
    </fieldset>`;
}

/** Only what was typed. */
function filled(known) {
  const legs = Object.entries(known).map(([id, fields]) => [id, Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value.trim()]).filter(([, value]) => value))]);
  return Object.fromEntries(legs.filter(([, fields]) => Object.keys(fields).length > 0));
}
