/** Is it alive, is it fresh, who am I, and the switch. */

import { html, signal } from "../vendor/ui.js";
import { formatDuration, plain } from "../lib/format.js";
import { open } from "../stores/control.js";
import { ageSeconds, isStale, lastCycle, mode, state } from "../stores/overview.js";
import { canOperate, session, signOut } from "../stores/session.js";
import { Icon } from "./Icon.js";
import { Navigation } from "./Navigation.js";

const THEMES = ["auto", "light", "dark"];

/** The theme chosen: a preference of this browser, not a secret. */
export const theme = signal(localStorage.getItem("theme") ?? "auto");

export function applyTheme() {
  document.documentElement.dataset.theme = theme.value;
}

function nextTheme() {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length];
  localStorage.setItem("theme", theme.value);
  applyTheme();
}

export const TopBar = () => html`
  <header class="topbar">
    <div class="brand"><${Mark} /><span class="brand-name">Market Strategy Tester</span></div>
    <${Navigation} />
    <${StatePill} />
    <${Freshness} />
    <div class="topbar-end">
      <${ThemeButton} />
      <${Who} />
      <${Switch} />
    </div>
  </header>`;

export const Mark = () => html`
  <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
    <rect width="24" height="24" rx="5" /><path d="M4 16h4v-5h5v3h3V7h4" />
  </svg>`;

function StatePill() {
  const control = state.content.value?.control;
  if (!control) return html`<span class="pill pill-unknown" id="control-state">UNKNOWN</span>`;
  return html`
    <span class=${`pill pill-${control.state.toLowerCase()}`} id="control-state">
      <${Icon} name=${control.state} /><strong>${control.state}</strong>
      <span class="pill-version">
        <span class="visually-hidden">version </span><span aria-hidden="true">v</span>${control.version}
      </span>
    </span>`;
}

function Freshness() {
  const cycle = lastCycle.value;
  if (!state.content.value) return html`<p class="freshness quiet">Reading the state …</p>`;
  if (!cycle) return html`<p class="freshness quiet">No cycle yet</p>`;
  return html`
    <p class=${`freshness ${isStale.value ? "is-stale" : ""}`}>
      <span class="beat" key=${cycle.cycle_id} aria-hidden="true"></span>
      <span class="freshness-cycle">Cycle <span class="figure">${cycle.cycle_id}</span></span>
      <span class="figure" id="cycle-age"><${CycleAge} /></span>
      ${mode.value === "replay" && html`<span class="tag tag-replay"><${Icon} name="replay" />Replay</span>`}
      ${mode.value === "simulated" && html`<span class="tag tag-replay"><${Icon} name="replay" />Simulated</span>`}
    </p>`;
}

const CycleAge = () => (ageSeconds.value === null ? "age unknown" : `${formatDuration(ageSeconds.value)} ago`);

const ThemeButton = () => html`
  <button type="button" class="button button-icon theme-button" onClick=${nextTheme}
    aria-label=${`Theme: ${theme.value}. Change it`} title=${`Theme: ${theme.value}`}>
    <${Icon} name=${theme.value} />
  </button>`;

function Who() {
  const { label, role, expires_at: until } = session.value;
  return html`
    <span class="who" title=${`This token is valid until ${new Date(until).toLocaleString()}`}>
      <span class="who-label">${plain(label)}</span>
      <span class="quiet" id="role">
        ${role}${!canOperate.value && html`<span class="who-limit">, cannot stop or resume</span>`}
      </span>
    </span>
    <button type="button" class="button button-icon leave-button" onClick=${() => signOut()}
      aria-label="Sign out" title="Sign out">
      <${Icon} name="leave" />
    </button>`;
}

/** STOP while anything may trade, Resume while anything may not. */
function Switch() {
  const now = state.content.value?.control.state;
  return html`
    <div class="switch">
      ${now && now !== "RUNNING" && html`
        <${SwitchButton} which="resume" icon="RUNNING" tone="button-main">Resume</${SwitchButton}>`}
      ${now !== "KILLED" && html`
        <${SwitchButton} which="stop" icon="KILLED" tone="button-stop">STOP</${SwitchButton}>`}
    </div>`;
}

const SwitchButton = ({ which, icon, tone, children }) => html`
  <button type="button" id=${`${which}-button`} class=${`button ${tone}`} onClick=${() => open(which)}
    disabled=${!canOperate.value} aria-describedby="role"
    title=${canOperate.value ? "" : "A viewer's token cannot do this. Ask for an operator's."}>
    <${Icon} name=${icon} />${children}
  </button>`;
