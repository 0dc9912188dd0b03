/** Stopping takes one confirmation; resuming a reason of one's own; flattening a typed word too. */

import { html, useLayoutEffect, useRef, useSignal } from "../vendor/ui.js";
import { complaint, formatCount, formatMoney, plain } from "../lib/format.js";
import { change, close, dialog, request, seen } from "../stores/control.js";
import { state } from "../stores/overview.js";
import { Icon } from "./Icon.js";
import { Prose } from "./Panel.js";

const CHOICES = [
  ["KILLED", "Stop everything", "Nothing is booked any more: no entry, no exit, no settlement."],
  ["PAUSED", "Pause", "No new entries. Exits and settlements go on."],
];
const CONFIRM = "flatten";

const DIALOGS = {
  stop: { title: "Stop trading", wanted: "KILLED", reason: "stopped from the dashboard", Body: Choices },
  pause: { title: "Pause trading", wanted: "PAUSED", reason: "paused from the dashboard", Body: PauseEffect },
  resume: { title: "Resume trading", wanted: "RUNNING", reason: "", Body: Seen },
  flatten: { title: "Flatten everything", wanted: "FLATTENING", reason: "", Body: Flatten, confirm: CONFIRM },
};

export const ControlDialog = () => dialog.value
  && html`<${Form} key=${dialog.value} ...${DIALOGS[dialog.value]} />`;

function Form({ title, Body, confirm, ...start }) {
  const frame = useRef(null);
  const wanted = useSignal(start.wanted);
  const reason = useSignal(start.reason);
  const typed = useSignal("");
  // Before the next frame: an Enter typed at once must reach the dialog, not the button behind it.
  useLayoutEffect(() => {
    frame.current.showModal();
    const field = frame.current.querySelector("input:not([type=radio])");
    field.focus();
    field.select();
  }, []);
  const submit = (event) => {
    event.preventDefault();
    request(wanted.value, reason.value.trim(), confirm);
  };
  return html`
    <dialog ref=${frame} class="dialog" aria-labelledby="control-title" onClose=${close}>
      <form onSubmit=${submit}>
        <h2 id="control-title">${title}</h2>
        <${Body} wanted=${wanted} typed=${typed} />
        <label class="field">Reason, for the audit log
          <input name="reason" required minlength="3" maxlength="200" autocomplete="off"
            value=${reason} onInput=${(event) => { reason.value = event.target.value; }} />
        </label>
        <${Progress} />
        <${Buttons} wanted=${wanted.value} ready=${!confirm || typed.value === confirm} />
      </form>
    </dialog>`;
}

function Choices({ wanted }) {
  return html`
    <fieldset class="choices">
      <legend class="visually-hidden">How far to stop</legend>
      ${CHOICES.filter(([each]) => each !== seen.value?.state).map(([each, name, effect]) => html`
        <label class="choice">
          <input type="radio" name="wanted" value=${each} checked=${wanted.value === each}
            onChange=${() => { wanted.value = each; }} />
          <span><strong>${name}</strong> <span class="quiet">${effect}</span></span>
        </label>`)}
    </fieldset>`;
}

function PauseEffect() {
  return html`<p>${CHOICES[1][2]}</p>`;
}

/** What flattening does, in the order in which it does it, and the word that confirms it. */
function Flatten({ typed }) {
  const { positions = [] } = state.content.value ?? {};
  const value = positions.reduce((total, each) => total + Number(each.value), 0);
  return html`
    <ol class="steps">
      <li>Closes ${positions.length === 1 ? "the one open position" : `all ${formatCount(positions.length)} open positions`},
        ${" "}worth <strong class="figure">${formatMoney(value)}</strong> at the last marks, at the prices in the book.</li>
      <li>Sells no lower than each strategy's slippage bound below the bid. What the book does not take
        ${" "}stays open and is tried again in the next cycle.</li>
      <li>Then books nothing until someone resumes.</li>
    </ol>
    <label class="field">Type ${CONFIRM} to confirm
      <input name="confirm" required pattern=${CONFIRM} autocomplete="off" autocapitalize="off" spellcheck="false"
        value=${typed} onInput=${(event) => { typed.value = event.target.value.trim(); }} />
    </label>`;
}

function Seen() {
  if (!seen.value) return html`<p>The present state could not be read.</p>`;
  const { state: now, version, actor, reason } = seen.value;
  if (version === 0) return html`<p>There is no control row yet. Resuming writes the first one.</p>`;
  return html`<p>Now <strong>${now}</strong> at version ${version}, by ${plain(actor)}: “${plain(reason)}”.
    ${GRAVE.includes(now) && " Every strategy stays off until you enable it, on Risk & control."}</p>`;
}

function Progress() {
  const { step, state: wanted, error, row } = change.value ?? {};
  if (step === "requested") {
    return html`<p class="progress" role="status">Requested ${wanted} … waiting for the commit.</p>`;
  }
  if (step === "failed") {
    return html`<p class="complaint" role="alert"><${Prose} text=${complaint(error)} /></p>`;
  }
  if (step !== "conflict") return null;
  return html`
    <p class="complaint" role="alert">The switch changed while you were deciding. ${plain(error.message)}
      ${row && wanted !== "RUNNING" && ` It is ${plain(row.state)} at version ${row.version} now, by ${plain(row.actor)}.`}
      ${" "}Press the button again to act on it.</p>`;
}

const LABELS = { KILLED: "Stop now", PAUSED: "Pause", RUNNING: "Resume", FLATTENING: "Flatten now" };
const GRAVE = ["KILLED", "FLATTENING"];

const Buttons = ({ wanted, ready }) => html`
  <div class="buttons">
    <button type="button" class="button" onClick=${close}>Cancel</button>
    <button type="submit" class=${`button ${GRAVE.includes(wanted) ? "button-stop" : "button-main"}`}
      disabled=${!ready || change.value?.step === "requested"}>
      <${Icon} name=${wanted} /> ${change.value?.step === "failed" ? "Try again" : LABELS[wanted]}
    </button>
  </div>`;
