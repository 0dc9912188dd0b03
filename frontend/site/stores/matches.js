/** Pairs of markets that may ask the same, by status and page by page; and deciding about one. */

import { signal } from "../vendor/ui.js";
import { read } from "../http/client.js";
import { resource } from "./resource.js";
import { closeForm, forgetWrites, put, reread, segment } from "./writing.js";

const LISTED = 20;

/** "proposed", "confirmed", "rejected" or "" for all. */
export const status = signal("proposed");

/** How many pages are shown: a decision reads all of them again. */
let pages = 1;

/** {items, more}. */
export const matches = resource(async () => {
  const items = [];
  let next = null;
  for (let page = 0; page < pages && (page === 0 || next); page += 1) {
    const answer = (await read(`/matches?${query(next)}`)).body;
    items.push(...answer.items);
    next = answer.next;
  }
  return { items, more: next !== null };
});

function query(cursor) {
  const wanted = { limit: LISTED, status: status.peek(), cursor };
  return new URLSearchParams(Object.entries(wanted).filter(([, value]) => value)).toString();
}

export function choose(wanted) {
  status.value = wanted;
  pages = 1;
  matches.reset();
  matches.refresh();
}

export function showMore() {
  pages += 1;
  matches.refresh();
}

/** Read while the page is open; pairs change by decisions and a search now and then, so no polling. */
export function watchMatches() {
  choose(status.peek());
  return () => {
    forgetWrites();
    matches.reset();
  };
}

/** The pair as it was last read, also while a form on it is open. */
export const pairOf = (subject) => matches.content.value?.items.find(({ id }) => id === subject.id) ?? subject;

/** Confirm or reject a pair under the version shown. `known` is what its texts do not state, by market. */
export async function decide(pair, wanted, reason, known = {}) {
  const body = { version: pair.version, status: wanted, reason };
  if (Object.keys(known).length > 0) body.known = known;
  const said = `${pair.legs.map(({ title }) => title).join(" / ")}: ${wanted}.`;
  const answer = await put("matches", "PUT", `/matches/${segment(pair.id)}`, body, said);
  if (answer !== null) closeForm();
  await reread(matches);
}
