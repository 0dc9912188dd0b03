/** What became of a change: asked for, stored, or refused and why. */

import { html } from "../../vendor/ui.js";
import { complaint, plain } from "../../lib/format.js";
import { dismissWrite, write } from "../../stores/risk.js";
import { Icon } from "../../components/Icon.js";
import { Prose } from "../../components/Panel.js";

const CHANGED = "The settings changed while you were deciding; this shows them as they are now.";

/** `about` names the writes shown here; a form shows its own, and stays open unless it is done. */
export function Outcome({ about }) {
  const { about: mine, step, said, error, done, of } = write.value ?? {};
  if (!about.includes(mine)) return null;
  if (step === "requested") {
    return html`
      <p class="progress" role="status">Requested … waiting for the commit${of > 1 && `, ${done} of ${of} done`}.</p>`;
  }
  if (step === "done") return html`<${Done} said=${said} />`;
  return html`
    <div class="complaint" role="alert">
      <p>${step === "conflict" && html`<strong>${CHANGED}</strong> `}
        <${Prose} text=${complaint(error)} /></p>
      ${step === "conflict" && html`<p><${Current} row=${error.current} /> Press the button again to act on them.</p>`}
      ${of > 1 && html`<p>${done} of ${of} were done before this.</p>`}
    </div>`;
}

const Current = ({ row }) => (row?.version === undefined ? null : `They are at version ${row.version} now.`);

const Done = ({ said }) => html`
  <p class="stored" role="status"><${Icon} name="done" /><span>${plain(said)}</span>
    <button type="button" class="button button-icon" onClick=${dismissWrite} aria-label="Dismiss">
      <${Icon} name="close" />
    </button>
  </p>`;
