/** Every strategy and venue with a switch of its own. */

import { computed, html } from "../../vendor/ui.js";
import { plain } from "../../lib/format.js";
import { isStale, state, strategies } from "../../stores/overview.js";
import { changeRisk, changeStrategies, risk } from "../../stores/risk.js";
import { isBusy } from "../../stores/writing.js";
import { Act } from "../../components/Act.js";
import { Panel, Tag } from "../../components/Panel.js";
import { Strategy } from "../tables.js";
import { Outcome } from "../../components/Outcome.js";

const off = computed(() =>
  (strategies.content.value ?? []).filter(({ enabled, fault }) => !enabled && !fault).map(({ name }) => name));

export const SwitchesPanel = () => html`
  <${Panel} id="switches" title="Strategies and venues" source=${strategies} stale=${isStale.value}
    tools=${off.value.length > 1 && html`<${EnableAll} />`}
    isEmpty=${(items) => items.length === 0} empty="No strategy is installed.">
    ${(items) => html`
      <${Off} all=${items.length} />
      <ul class="switch-list">
        ${items.map((item) => html`<${Switch} key=${item.name} ...${item} />`)}
        ${(state.content.value?.market.venues ?? []).map((venue) => html`<${Venue} key=${venue} name=${venue} />`)}
      </ul>
      <${Outcome} about=${["switches"]} />`}
  </${Panel}>`;

const EnableAll = () => html`
  <${Act} tone="button-main" disabled=${isBusy.value}
    onClick=${() => changeStrategies(off.peek(), ENABLE.choice, ENABLE.reason)}>Enable all ${off.value.length}</${Act}>`;

const Off = ({ all }) => off.value.length > 0 && html`
  <p class="hint" id="strategies-off">
    <strong>${off.value.length} of ${all} off.</strong>
    ${" "}After a stop every strategy stays off until an operator enables it.
  </p>`;

function Switch({ name, enabled, paused, fault }) {
  if (fault) return html`<${Row} label=${html`<${Broken} name=${name} fault=${fault} />`} now=${FAULT} />`;
  const now = !enabled ? OFF : paused ? PAUSED : ON;
  return html`
    <${Row} label=${html`<${Strategy} name=${name} />`} now=${now}>
      ${enabled && html`<${Turn} name=${name} ...${paused ? RESUME : PAUSE} />`}
      <${Turn} name=${name} ...${enabled ? DISABLE : ENABLE} />
    </${Row}>`;
}

const PAUSE = { does: "Pause", choice: { paused: true }, reason: "paused from the dashboard" };
const RESUME = { does: "Resume", choice: { paused: false }, reason: "resumed from the dashboard" };
const DISABLE = { does: "Disable", choice: { enabled: false }, reason: "disabled from the dashboard" };
const ENABLE = { does: "Enable", choice: { enabled: true }, reason: "enabled from the dashboard" };

const Turn = ({ name, does, choice, reason }) => html`
  <${Act} tone="button-quiet" disabled=${isBusy.value} aria-label=${`${does} ${name}`}
    onClick=${() => changeStrategies([name], choice, reason)}>${does}</${Act}>`;

function Venue({ name }) {
  const content = risk.content.value;
  const venues = content?.paused_venues ?? [];
  const paused = venues.includes(name);
  const next = paused ? venues.filter((each) => each !== name) : [...venues, name];
  const reason = `${paused ? "resumed" : "paused"} from the dashboard`;
  const act = () =>
    changeRisk("switches", { paused_venues: next }, content.version, reason, `${name}: ${reason}.`);
  const does = paused ? "Resume" : "Pause";
  return html`
    <${Row} label=${html`<strong>${plain(name)}</strong> <span class="quiet">venue</span>`}
      now=${content ? (paused ? PAUSED : ON) : UNKNOWN}>
      <${Act} tone="button-quiet" disabled=${!content || isBusy.value} onClick=${act}
        aria-label=${`${does} ${name}`}>${does}</${Act}>
    </${Row}>`;
}

const Broken = ({ name, fault }) => html`
  <span><strong>${plain(name)}</strong> <small class="quiet">${plain(fault)}</small></span>`;

const FAULT = ["danger", "fault", "Broken"];
const ON = ["good", "RUNNING", "On"];
const PAUSED = ["warning", "PAUSED", "Paused"];
const OFF = ["quiet", "KILLED", "Off"];
const UNKNOWN = ["quiet", "waiting", "Unknown"];

const Row = ({ label, now: [tone, icon, said], children }) => html`
  <li class="switch-row">
    <span class="switch-name">${label}</span>
    <${Tag} tone=${tone} icon=${icon}>${said}</${Tag}>
    <span class="switch-turns">${children}</span>
  </li>`;
