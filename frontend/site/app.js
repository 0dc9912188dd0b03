/** Boot: theme, session, then the login form or the page that the address names. */

import { effect, html, render, useEffect, useRef } from "./vendor/ui.js";
import { ControlDialog } from "./components/ControlDialog.js";
import { later, style } from "./components/Later.js";
import { Notices, announce } from "./components/Notices.js";
import { TopBar, applyTheme } from "./components/TopBar.js";
import { plain } from "./lib/format.js";
import { close } from "./stores/control.js";
import { state, traced, watch } from "./stores/overview.js";
import { path } from "./stores/route.js";
import { phase, restore } from "./stores/session.js";
import { Login } from "./views/login.js";
import { Overview } from "./views/overview.js";

const Risk = later(loadRisk, "RiskPage");
const CycleDrawer = later(() => import("./components/CycleDrawer.js"), "CycleDrawer");
const VIEWS = { "": Overview, risk: Risk };

async function loadRisk() {
  const [module] = await Promise.all([import("./views/risk.js"), style("styles/risk.css")]);
  return module;
}

const App = () => (phase.value === "signed-in" ? html`<${SignedIn} />` : html`<${Login} />`);

const SignedIn = () => html`
  <${TopBar} />
  <${Notices} />
  ${traced.value !== null && html`<${CycleDrawer} />`}
  <${Shown} />
  <${Footer} />
  <${ControlDialog} />`;

/** The page of the address. A change of page moves the focus to its start, as a link would. */
function Shown() {
  const main = useRef(null);
  const before = useRef(path.value);
  useEffect(() => {
    if (before.current !== path.value) { scrollTo(0, 0); main.current.focus(); }
    before.current = path.value;
  }, [path.value]);
  return html`
    <main id="main" class="page" tabindex="-1" ref=${main}><${VIEWS[path.value]} key=${path.value} /></main>`;
}

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
