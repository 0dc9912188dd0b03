/** What an operator must know before reading any number; and the spoken state changes. */

import { computed, effect, html } from "../vendor/ui.js";
import { formatDuration, plain, sentence } from "../lib/format.js";
import { change, dismiss, open } from "../stores/control.js";
import { ageSeconds, isStale, lastCycle, mode, state } from "../stores/overview.js";
import { pageName, path } from "../stores/route.js";
import { canOperate } from "../stores/session.js";
import { Icon } from "./Icon.js";
import { Moment, Prose } from "./Panel.js";

export const Notices = () => html`
  <section class="notices" aria-label="Notices">
    <${Replay} /><${Watching} /><${Unreachable} /><${ControlNotice} /><${AllOff} />
    <${StaleNotice} /><${FaultNotice} /><${Outcome} />
  </section>`;

const Notice = ({ tone, icon, id, action, children, ...rest }) => html`
  <div class=${`notice notice-${tone}`} id=${id} ...${rest}>
    <${Icon} name=${icon} /><p>${children}</p>${action}
  </div>`;

const NOT_LIVE = { replay: "Replay of recorded market data.", simulated: "Simulated markets." };

const Replay = () => NOT_LIVE[mode.value] && html`
  <${Notice} tone="replay" icon="replay" id="replay-notice" data-mode=${mode.value}>
    <strong>${NOT_LIVE[mode.value]}</strong> ${plain(state.content.value.market.note)}
  </${Notice}>`;

// On a phone the bar has no room to say why its buttons are off.
const Watching = () => !canOperate.value && html`
  <div class="phone-only"><${Notice} tone="plain" icon="token" id="viewer-notice">
    This is a viewer's token: it cannot stop or resume. An operator's can.
  </${Notice}></div>`;

function Unreachable() {
  const error = state.error.value;
  if (!error || !state.content.value) return null;
  const retry = html`<button type="button" class="button" onClick=${state.refresh}>Retry now</button>`;
  return html`
    <${Notice} tone="danger" icon="fault" id="unreachable-notice" action=${retry}>
      <strong>Not connected.</strong> <${Prose} text=${`${error.message} ${error.hint}`} />
      ${" "}What you see was read at <${Moment} at=${state.content.value.now} />.
    </${Notice}>`;
}

const EFFECTS = {
  PAUSED: "No new entries; exits and settlements go on.",
  FLATTENING: "Every position is being closed at the book's prices; then nothing is booked.",
  KILLED: "Nothing is booked until someone resumes.",
};

function ControlNotice() {
  const control = state.content.value?.control;
  if (!control || control.state === "RUNNING") return null;
  if (control.version === 0) return html`<${NoControlRow} />`;
  return html`
    <${Notice} id="control-notice" icon=${control.state}
      tone=${control.state === "KILLED" ? "danger" : "warning"}>
      <strong>${control.state} by ${plain(control.actor)}</strong><${At} at=${control.changed_at} />:
      ${" "}“${plain(control.reason)}”. ${EFFECTS[control.state]}
    ${control.note && html`${" "}<${Prose} text=${sentence(control.note)} />`}
    </${Notice}>`;
}

const At = ({ at }) => at && html` at <${Moment} at=${at} />`;

const ResumeButton = () => html`
  <button type="button" class="button" disabled=${!canOperate.value} onClick=${() => open("resume")}>Resume</button>`;

const NoControlRow = () => html`
  <${Notice} tone="danger" icon="KILLED" id="control-notice" action=${html`<${ResumeButton} />`}>
    <strong>No control row: nothing can trade.</strong> Press Resume to start.
  </${Notice}>`;

/** Resuming after a kill leaves every strategy off: RUNNING alone would look as if it traded. */
function AllOff() {
  const { control, accounts } = state.content.value ?? { accounts: [] };
  const off = accounts.filter(({ enabled }) => !enabled).length;
  if (off === 0 || off < accounts.length || control.state !== "RUNNING" || path.value === "risk") return null;
  return html`
    <${Notice} tone="warning" icon="strategy" id="all-off-notice"
      action=${html`<a class="button" href="#/risk">Enable them</a>`}>
      <strong>RUNNING, but every strategy is off.</strong> Nothing is opened until one is enabled.
    </${Notice}>`;
}

const CAUSES = {
  live: "The schedule may be off or the cycle failing: `bot doctor` finds out.",
  replay: "The tape may have ended or the local schedule stopped: `bot status` says which.",
  simulated: "The local schedule or the simulated venues may have stopped: `bot status` and `bot doctor` say which.",
};

const StaleNotice = () => isStale.value && html`
  <${Notice} tone="warning" icon="waiting" id="stale-notice">
    <strong>Stale: no cycle was committed for ${formatDuration(ageSeconds.value)}.</strong>
    ${" "}<${Prose} text=${CAUSES[mode.value]} />
  </${Notice}>`;

function FaultNotice() {
  const faults = lastCycle.value?.faults ?? [];
  if (faults.length === 0) return null;
  return html`
    <${Notice} tone="warning" icon="fault" id="fault-notice">
      <strong>Faults in the last cycle.</strong> ${faults.map(plain).join("; ")}
    </${Notice}>`;
}

function Outcome() {
  const { step, state: wanted, row } = change.value ?? {};
  if (step !== "committed") return null;
  return html`
    <${Notice} tone="done" icon="done" id="outcome-notice" action=${html`<${Dismiss} />`}>
      Requested ${wanted} … committed <strong>${row.state} v${row.version}</strong><${At} at=${row.changed_at} />.
    </${Notice}>`;
}

const Dismiss = () => html`
  <button type="button" class="button button-icon" onClick=${dismiss} aria-label="Dismiss">
    <${Icon} name="close" />
  </button>`;

const spoken = computed(() => {
  const control = state.content.value?.control;
  if (!control) return "";
  if (state.error.value) return "The API does not answer.";
  return `Control is ${control.state}, version ${control.version}.${isStale.value ? " Cycles are stale." : ""}`;
});

/** Tell screen readers, and the tab's title, about changes of state and about nothing else. */
export const announce = () => effect(() => {
  document.getElementById("announcer").textContent = spoken.value;
  const now = state.content.value?.control.state;
  document.title = [now, path.value && pageName.value, "Market Strategy Tester"].filter(Boolean).join(" · ");
});
