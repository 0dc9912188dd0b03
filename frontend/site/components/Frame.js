/** What every form shares: the sheet, the fields, the reason, the outcome. */

import { html, useLayoutEffect, useRef, useSignal } from "../vendor/ui.js";
import { closeForm, isBusy, write } from "../stores/writing.js";
import { Icon } from "./Icon.js";
import { Outcome } from "./Outcome.js";

/**
 * `about` is the write that this form makes; `what` it changes; `save(reason)` makes it; `label`
 * names its button, `leave` the other.
 */
export function Frame({ title, about, what, label, leave = "Cancel", tone = "button-main", ready = true, save, children }) {
  const frame = useRef(null);
  const reason = useSignal("");
  useLayoutEffect(() => { frame.current.showModal(); }, []);
  const submit = (event) => {
    event.preventDefault();
    save(reason.value.trim());
  };
  const again = write.value?.step === "failed";
  return html`
    <dialog ref=${frame} class="drawer" aria-labelledby="form-title" onClose=${closeForm}>
      <form class="drawer-body" onSubmit=${submit}>
        <header class="drawer-header">
          <h2 id="form-title">${title}</h2>
          <button type="button" class="button button-icon" onClick=${closeForm} aria-label="Close">
            <${Icon} name="close" />
          </button>
        </header>
        ${children}
        <label class="field">Reason, for the audit log
          <input name="reason" required minlength="3" maxlength="200" autocomplete="off"
            value=${reason} onInput=${(event) => { reason.value = event.target.value; }} />
        </label>
        <div class="form-end">
          <${Outcome} about=${[about]} what=${what} />
          <div class="buttons">
            <button type="button" class="button" onClick=${closeForm}>${leave}</button>
            <button type="submit" class=${`button ${tone}`} disabled=${!ready || isBusy.value}>
              ${again ? "Try again" : label}
            </button>
          </div>
        </div>
      </form>
    </dialog>`;
}

const WHOLE = { inputmode: "numeric", pattern: "[0-9]+", title: "A whole number, or empty for none" };
const DECIMAL = { inputmode: "decimal", pattern: "[0-9]+([.][0-9]+)?", title: "A number such as 12.5, or empty for none" };
const SUFFIX = { share: "%", dollars: "$", count: "" };

/** One number. `now` is its present value in words when someone changed it meanwhile. */
export const NumberField = ({ name, label, note, unit, value, now = null, disabled = false, onInput }) => html`
  <label class="number">
    <span>${label} <small class="quiet">${note}</small></span>
    <span class="number-box">
      <input name=${name} value=${value} disabled=${disabled} autocomplete="off" placeholder="off"
        ...${unit === "count" ? WHOLE : DECIMAL} onInput=${(event) => onInput(event.target.value)} />
      <span class="quiet" aria-hidden="true">${SUFFIX[unit]}</span>
    </span>
    ${now !== null && html`<small class="number-now">changed meanwhile: now ${now === "" ? "off" : `${now} ${SUFFIX[unit]}`}</small>`}
  </label>`;
