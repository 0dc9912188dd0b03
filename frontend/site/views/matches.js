/** The page of pairs: which markets may ask the same, what differs, and an operator's decision. */

import { html, useEffect } from "../vendor/ui.js";
import { formatCount } from "../lib/format.js";
import { choose, matches, showMore, status, watchMatches } from "../stores/matches.js";
import { form } from "../stores/writing.js";
import { Outcome } from "../components/Outcome.js";
import { Panel } from "../components/Panel.js";
import { DecisionForm } from "./matches/form.js";
import { Pair } from "./matches/pair.js";

export function MatchesPage() {
  useEffect(watchMatches, []);
  return html`
    <h1 class="visually-hidden">Matches</h1>
    <div class="sheet">
      <section class="match-choice" aria-label="Which pairs"><${Filter} /></section>
      <${MatchesPanel} />
    </div>
    ${form.value?.kind === "match" && html`<${DecisionForm} subject=${form.value.subject} />`}`;
}

const STATUSES = [["proposed", "To decide"], ["confirmed", "Confirmed"], ["rejected", "Rejected"], ["", "All"]];

const NONE = {
  proposed: "No pair waits for a decision. A search proposes pairs when two venues list questions that are alike.",
  confirmed: "No pair is confirmed, so no strategy trades one.",
  rejected: "No pair was rejected.",
  "": "No pair is known yet. It takes two venues whose questions are alike.",
};

const Filter = () => html`
  <fieldset class="segments">
    <legend class="visually-hidden">Status</legend>
    ${STATUSES.map(([value, label]) => html`
      <label><input type="radio" name="status" value=${value} checked=${status.value === value}
        onChange=${() => choose(value)} />${label}</label>`)}
  </fieldset>`;

const MatchesPanel = () => html`
  <${Panel} id="matches" title="The same question at two venues?" source=${matches}
    isEmpty=${({ items }) => items.length === 0} empty=${NONE[status.value]}
    tools=${html`<${Count} />`}>
    ${({ items, more }) => html`
      <${Outcome} about=${["matches"]} what="The pair" />
      <ul class="pairs">${items.map((pair) => html`<${Pair} key=${pair.id} pair=${pair} />`)}</ul>
      ${more && html`<button type="button" class="button" onClick=${showMore} disabled=${matches.loading.value}>Show more</button>`}`}
  </${Panel}>`;

const Count = () => {
  const { items, more } = matches.content.value;
  return html`<span class="quiet">${formatCount(items.length)}${more ? " and more" : ""} pair${items.length === 1 ? "" : "s"}</span>`;
};
