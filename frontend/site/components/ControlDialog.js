/** Stopping takes one confirmation; resuming takes a reason of one's own. */

import { html, useLayoutEffect, useRef, useSignal } from "../vendor/ui.js";
import { plain } from "../lib/format.js";
import { change, close, dialog, request, seen } from "../stores/control.js";
import { Icon } from "./Icon.js";
import { Prose } from "./Panel.js";

const STOP_REASON = "stopped from the dashboard";
const CHOICES = [
  ["KILLED", "Stop everything", "Nothing is booked any more: no entry, no exit, no settlement."],
  ["PAUSED", "Pause", "No new entries. Exits and settlements go on."],
];

export const ControlDialog = () => dialog.value
  && html`<${Form} key=${dialog.value} stops=${dialog.value === "stop"} />`;

function Form({ stops }) {
  const frame = useRef(null);
  const wanted = useSignal(stops ? "KILLED" : "RUNNING");
  const reason = useSignal(stops ? STOP_REASON : "");
  // Before the next frame: an Enter typed at once must reach the dialog, not the button behind it.
  useLayoutEffect(() => {
    frame.current.showModal();
    const field = frame.current.querySelector("[name=reason]");
    field.focus();
    field.select();
  }, []);
  const submit = (event) => {
    event.preventDefault();
    request(wanted.value, reason.value.trim());
  };
  return html`
    <dialog ref=${frame} class="dialog" aria-labelledby="control-title" onClose=${close}>
      <form onSubmit=${submit}>
        <h2 id="control-title">${stops ? "Stop trading" : "Resume trading"}</h2>
        ${stops ? html`<${Choices} wanted=${wanted} />` : html`<${Seen} />`}
        <label class="field">Reason, for the audit log
          <input name="reason" required minlength="3" maxlength="200" autocomplete="off"
            value=${reason} onInput=${(event) => { reason.value = event.target.value; }} />
        </label>
        <${Progress} />
        <${Buttons} wanted=${wanted.value} />
      </form>
    </dialog>`;
}

const Choices = ({ wanted }) => html`
  <fieldset class="choices">
    <legend class="visually-hidden">How far to stop</legend>
    ${CHOICES.filter(([state]) => state !== seen.value?.state).map(([state, name, effect]) => html`
      <label class="choice">
        <input type="radio" name="wanted" value=${state} checked=${wanted.value === state}
          onChange=${() => { wanted.value = state; }} />
        <span><strong>${name}</strong> <span class="quiet">${effect}</span></span>
      </label>`)}
  </fieldset>`;

function Seen() {
  if (!seen.value) return html`<p>The present state could not be read.</p>`;
  const { state, version, actor, reason } = seen.value;
  if (version === 0) return html`<p>There is no control row yet. Resuming writes the first one.</p>`;
  return html`<p>Now <strong>${state}</strong> at version ${version}, by ${plain(actor)}: “${plain(reason)}”.</p>`;
}

function Progress() {
  const { step, state, error } = change.value ?? {};
  if (step === "requested") {
    return html`<p class="progress" role="status">Requested ${state} … waiting for the commit.</p>`;
  }
  if (step === "failed") {
    return html`<p class="complaint" role="alert"><${Prose} text=${`${error.message} ${error.hint}`} /></p>`;
  }
  if (step !== "conflict") return null;
  return html`
    <p class="complaint" role="alert">The switch changed while you were deciding. ${plain(error.message)}
      The row above is how it stands now; press the button again to act on it.</p>`;
}

const LABELS = { KILLED: "Stop now", PAUSED: "Pause", RUNNING: "Resume" };

const Buttons = ({ wanted }) => html`
  <div class="buttons">
    <button type="button" class="button" onClick=${close}>Cancel</button>
    <button type="submit" class=${`button ${wanted === "KILLED" ? "button-stop" : "button-main"}`}
      disabled=${change.value?.step === "requested"}>
      <${Icon} name=${wanted} /> ${change.value?.step === "failed" ? "Try again" : LABELS[wanted]}
    </button>
  </div>`;
