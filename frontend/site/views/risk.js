/** The second page: what may trade, how far, what was stopped and why. */

import { html, useEffect } from "../vendor/ui.js";
import { watchRisk } from "../stores/risk.js";
import { AccountsPanel } from "./risk/accounts.js";
import { RiskForms } from "./risk/forms.js";
import { LimitsPanel } from "./risk/limits.js";
import { OrdersPanel } from "./risk/orders.js";
import { PositionsPanel } from "./risk/positions.js";
import { ProtectionsPanel } from "./risk/protections.js";
import { RefusalsPanel, ReasonsPanel } from "./risk/refusals.js";
import { SwitchCard } from "./risk/switch.js";
import { SwitchesPanel } from "./risk/switches.js";

export function RiskPage() {
  useEffect(watchRisk, []);
  return html`
    <h1 class="visually-hidden">Risk & control</h1>
    <div class="sheet">
      <${SwitchCard} />
      <div class="split split-even"><${ProtectionsPanel} /><${SwitchesPanel} /></div>
      <${LimitsPanel} />
      <${PositionsPanel} />
      <${OrdersPanel} />
      <${AccountsPanel} />
      <div class="split split-turned"><${ReasonsPanel} /><${RefusalsPanel} /></div>
    </div>
    <${RiskForms} />`;
}
