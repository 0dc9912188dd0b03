/** What became of a change: asked for, stored, or refused and why. */

import { html } from "../vendor/ui.js";
import { complaint, plain } from "../lib/format.js";
import { dismissWrite, write } from "../stores/writing.js";
import { Icon } from "./Icon.js";
import { Prose } from "./Panel.js";

/** `about` names the writes shown here, `what` is changed by them; a form shows its own, and stays open unless it is done. */
export function Outcome({ about, what = "The settings" }) {
  const { about: mine, step, said, error, done, of } = write.value ?? {};
  if (!about.includes(mine)) return null;
  if (step === "requested") {
    return html`
      <p class="progress" role="status">Requested … waiting for the commit${of > 1 && `, ${done} of ${of} done`}.</p>`;
  }
  if (step === "done") return html`<${Done} said=${said} />`;
  return html`
    <div class="complaint" role="alert">
      <p>${step === "conflict" && html`<strong>${what} changed while you were deciding; this shows the present.</strong> `}
        <${Prose} text=${complaint(error)} /></p>
      ${step === "conflict" && html`<p><${Current} row=${error.current} /> Press the button again to act on this.</p>`}
      ${of > 1 && html`<p>${done} of ${of} were done before this.</p>`}
    </div>`;
}

const Current = ({ row }) => (row?.version === undefined ? null : `Now at version ${row.version}.`);

const Done = ({ said }) => html`
  <p class="stored" role="status"><${Icon} name="done" /><span>${plain(said)}</span>
    <button type="button" class="button button-icon" onClick=${dismissWrite} aria-label="Dismiss">
      <${Icon} name="close" />
    </button>
  </p>`;
