/** Which page is shown: the part of the address after `#/`. */

import { computed, signal } from "../vendor/ui.js";

/** Path after `#/`, name, icon. */
export const PAGES = [
  ["", "Overview", "strategy"],
  ["risk", "Risk & control", "risk"],
  ["matches", "Matches", "matches"],
  ["system", "System", "system"],
];

/** The path of the page shown; an unknown one shows the first page. */
export const path = signal(pathOf(location.hash) ?? "");
export const pageName = computed(() => PAGES.find(([each]) => each === path.value)[1]);

function pathOf(hash) {
  if (hash === "") return "";
  if (!hash.startsWith("#/")) return null;
  const wanted = hash.slice(2);
  return PAGES.some(([each]) => each === wanted) ? wanted : "";
}

addEventListener("hashchange", () => {
  const wanted = pathOf(location.hash);
  // The skip link also lands here; the page stays, and so must its address.
  if (wanted === null) history.replaceState(null, "", `#/${path.peek()}`);
  else path.value = wanted;
});
