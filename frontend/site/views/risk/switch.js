/** The operator's switch, large: what holds, who set it, when and why, and what can be done. */

import { html } from "../../vendor/ui.js";
import { formatDuration, formatMoment, plain, sentence } from "../../lib/format.js";
import { open } from "../../stores/control.js";
import { isStale, now, state } from "../../stores/overview.js";
import { canOperate } from "../../stores/session.js";
import { Icon } from "../../components/Icon.js";
import { Failure, Moment, Prose, Skeleton } from "../../components/Panel.js";

const MEANINGS = {
  RUNNING: "Entries, exits and settlements are booked.",
  PAUSED: "Nothing new is opened. Exits and settlements go on.",
  FLATTENING: "Every position is being closed at the book's prices. Nothing new is opened.",
  KILLED: "Nothing is booked: no entry, no exit, no settlement.",
};

/** Dialog, label, tone, icon and the states in which it would change nothing. */
const ACTIONS = [
  ["resume", "Resume", "button-main", "RUNNING", ["RUNNING"]],
  ["pause", "Pause", "", "PAUSED", ["PAUSED"]],
  ["flatten", "Flatten …", "", "FLATTENING", ["FLATTENING"]],
  ["stop", "STOP", "button-stop", "KILLED", ["KILLED"]],
];

export function SwitchCard() {
  const content = state.content.value;
  if (!content) {
    const instead = state.error.value ? html`<${Failure} source=${state} />` : html`<${Skeleton} />`;
    return html`<section class="panel">${instead}</section>`;
  }
  const { control } = content;
  return html`
    <section class=${`switch-card switch-${control.state.toLowerCase()}`} id="switch-card"
      data-status=${isStale.value ? "stale" : "ready"} aria-labelledby="switch-state">
      <div class="switch-now">
        <h2 id="switch-state"><${Icon} name=${control.state} />${control.state}</h2>
        <p>${control.version === 0 ? "There is no control row: nothing can trade." : MEANINGS[control.state]}</p>
        ${control.note && html`<p><strong class="switch-note"><${Prose} text=${sentence(control.note)} /></strong></p>`}
        <${Who} control=${control} />
      </div>
      <${Actions} now=${control.state} />
    </section>`;
}

function Who({ control }) {
  if (control.version === 0) return html`<p class="quiet">Resuming writes the first row.</p>`;
  const { actor, reason, version, changed_at: at } = control;
  return html`
    <p class="switch-who quiet">
      Set by <strong>${plain(actor)}</strong>${at && html`, <${Moment} at=${at} write=${formatMoment} />
      ${" "}(${formatDuration((now.value - Date.parse(at)) / 1_000)} ago)`}, version ${version}: “${plain(reason)}”
    </p>`;
}

const Actions = ({ now: current }) => html`
  <div class="switch-actions">
    <div class="buttons">
      ${ACTIONS.filter(([, , , , idle]) => !idle.includes(current)).map(([which, label, tone, icon]) => html`
        <button type="button" key=${which} class=${`button ${tone}`} onClick=${() => open(which)}
          disabled=${!canOperate.value} aria-describedby=${canOperate.value ? undefined : "switch-limit"}>
          <${Icon} name=${icon} />${label}
        </button>`)}
    </div>
    ${!canOperate.value && html`
      <p class="quiet" id="switch-limit">A viewer's token changes nothing. Ask for an operator's.</p>`}
  </div>`;
