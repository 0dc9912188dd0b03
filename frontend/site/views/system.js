/** The page of the machine room: venues, requests, what is not believed, how long cycles take. */

import { html, useEffect } from "../vendor/ui.js";
import { watchSystem } from "../stores/system.js";
import { ConsensusPanel } from "./system/consensus.js";
import { DurationsPanel } from "./system/durations.js";
import { ExamplesPanel, QuarantinePanel } from "./system/quarantine.js";
import { VenuesPanel } from "./system/venues.js";

export function SystemPage() {
  useEffect(watchSystem, []);
  return html`
    <h1 class="visually-hidden">System</h1>
    <div class="sheet">
      <${VenuesPanel} />
      <div class="split split-even"><${ConsensusPanel} /><${DurationsPanel} /></div>
      <${QuarantinePanel} />
      <${ExamplesPanel} />
    </div>`;
}
