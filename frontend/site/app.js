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

const Risk = page("risk", () => import("./views/risk.js"), "RiskPage");
const System = page("system", () => import("./views/system.js"), "SystemPage");
const Matches = page("matches", () => import("./views/matches.js"), "MatchesPage");
const CycleDrawer = later(() => import("./components/CycleDrawer.js"), "CycleDrawer");
const VIEWS = { "": Overview, risk: Risk, system: System, matches: Matches };

/** A page behind the first one, with the styles that it shares with others and its own. */
function page(name, load, pick) {
  const styles = ["pages", name].map((each) => `styles/${each}.css`);
  return later(async () => (await Promise.all([load(), ...styles.map(style)]))[0], pick);
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
