/** Boot: theme, session, then the login form or the overview. */

import { effect, html, render } from "./vendor/ui.js";
import { ControlDialog } from "./components/ControlDialog.js";
import { CycleDrawer } from "./components/CycleDrawer.js";
import { Notices, announce } from "./components/Notices.js";
import { TopBar, applyTheme } from "./components/TopBar.js";
import { plain } from "./lib/format.js";
import { close } from "./stores/control.js";
import { state, watch } from "./stores/overview.js";
import { phase, restore } from "./stores/session.js";
import { Login } from "./views/login.js";
import { Overview } from "./views/overview.js";

const App = () => (phase.value === "signed-in" ? html`<${SignedIn} />` : html`<${Login} />`);

const SignedIn = () => html`
  <${TopBar} />
  <${Notices} />
  <${Overview} />
  <${Footer} />
  <${ControlDialog} />
  <${CycleDrawer} />`;

function Footer() {
  const { stage = "…", market } = state.content.value ?? {};
  const facts = [
    `Stage ${plain(stage)}`,
    `venues ${plain(market?.venues.join(", ") ?? "…")}`,
    `times in ${Intl.DateTimeFormat().resolvedOptions().timeZone}`,
  ];
  return html`
    <footer class="footer quiet">
      <p>Paper trading only. No code path places a real order.</p>
      <p>${facts.join(" · ")}</p>
    </footer>`;
}

// Reading starts with a sign-in and ends with a sign-out, whatever caused it.
effect(() => {
  if (phase.value !== "signed-in") return undefined;
  const stop = watch();
  return () => { stop(); close(); };
});

applyTheme();
announce();
restore();
render(html`<${App} />`, document.getElementById("app"));
