/** How a pair of markets ends: its fields and verdicts in words. Pure. */

import { plain } from "./format.js";

/** What is compared between two markets, in the order of the record. */
export const FIELDS = [
  ["source", "Source"],
  ["cutoff", "Cut-off"],
  ["zone", "Time zone"],
  ["void_rule", "If it is void"],
  ["polarity", "First outcome"],
  ["bucket", "What pays"],
];

const POLARITY = { same: "pays when it happens", inverted: "pays when it does not" };

/** A field as an operator reads it; null when the texts do not state it. */
export function fieldWords(name, value) {
  if (value === null) return null;
  if (name === "cutoff") return `${new Date(value).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return name === "polarity" ? POLARITY[value] : plain(value);
}

/** How a field stands between two records: "agrees", "differs" or "unknown". */
export function standing(name, [one, other]) {
  if (one[name] === null || other[name] === null) return "unknown";
  // Two zones of one instant are one ending, and turned polarity is no difference in it.
  const same = one[name] === other[name] || name === "polarity" || (name === "zone" && one.cutoff === other.cutoff);
  return same ? "agrees" : "differs";
}

/** What two markets are to each other: a name, what it means for a trade, a tone and an icon. */
export const VERDICTS = {
  equivalent: {
    name: "Equivalent", tone: "good", icon: "done",
    means: "They ask the same and end the same: both legs pay together.",
  },
  relative_value: {
    name: "Relative value", tone: "warning", icon: "fault",
    means: "They are alike, but may end differently: both legs can lose.",
  },
  different: {
    name: "Different", tone: "danger", icon: "refusal",
    means: "They ask for two things; what is different cannot be confirmed.",
  },
};
