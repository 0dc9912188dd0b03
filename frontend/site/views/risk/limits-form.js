/** Change what bounds a strategy, or the limits of the house. */

import { html, useSignal } from "../../vendor/ui.js";
import { fromField, isNumber, toField } from "../../lib/exact.js";
import { plain, words } from "../../lib/format.js";
import { EXITS, ORDERS, PROTECTIONS, SIZING, inUnit, limitLabel } from "../../lib/rules.js";
import { changeRisk, risk } from "../../stores/risk.js";
import { Frame, NumberField } from "../../components/Frame.js";

const POLICY = { name: "policy", unit: "word", label: "Sizing policy" };
const POLICY_KEY = "sizing.policy";
const SIZING_FIELDS = [POLICY, ...Object.values(SIZING).flat()];

/** The documents of a subject, by the name under which PUT takes each. */
function documentsOf({ house_settings: house, strategies }, strategy) {
  const row = strategies.find((each) => each.strategy === strategy);
  if (!row) return { house };
  return { limits: row.settings, exits: row.exits, sizing: row.sizing, protections: row.protections };
}

/** Every field of a subject: {key, part, name, unit, label, note, value}, value as the API has it. */
function fieldsOf(content, strategy) {
  const documents = documentsOf(content, strategy);
  const take = (part, rows) => rows.filter(({ name }) => name in (documents[part] ?? {})).map((row) =>
    ({ ...row, part, key: `${part}.${row.name}`, value: documents[part][row.name] }));
  const uses = content.strategies.find((each) => each.strategy === strategy)?.limits ?? content.house;
  const limits = uses.map(({ name, unit, description }) =>
    ({ name, unit, label: limitLabel(name), note: plain(description) }));
  if (!strategy) return take("house", limits);
  return [
    ...take("limits", [...limits, ...ORDERS]),
    ...take("exits", EXITS),
    ...take("sizing", SIZING_FIELDS),
    ...take("protections", PROTECTIONS),
  ];
}

const textOf = ({ value, unit }) => (unit === "word" ? value : toField(value, unit));
const valueFrom = (text, unit) => (unit === "word" ? text : fromField(text, unit));

/** What is being typed, against what the operator saw when the form opened. */
function useDraft(subject) {
  const first = risk.content.peek();
  const version = useSignal(first.version);
  const seen = useSignal(Object.fromEntries(fieldsOf(first, subject).map((field) => [field.key, textOf(field)])));
  const typed = useSignal({});
  const fields = fieldsOf(risk.content.value, subject);
  const text = ({ key }) => typed.value[key] ?? seen.value[key];
  return {
    version, fields, text,
    edited: fields.filter((field) => text(field) !== seen.value[field.key]),
    // What was changed meanwhile is marked, so that the next press decides on the present.
    meanwhile: (field) => (textOf(field) === seen.value[field.key] ? null : textOf(field)),
    type: (key, value) => { typed.value = { ...typed.value, [key]: value.trim() }; },
  };
}

export function LimitsForm({ subject }) {
  const draft = useDraft(subject);
  const whose = subject ? plain(subject) : "the house";
  const save = async (reason) => {
    const parts = { strategy: subject || null, ...partsOf(documentsOf(risk.content.peek(), subject), draft) };
    const said = `Stored for ${whose}: ${draft.edited.map(({ label }) => label.toLowerCase()).join(", ")}.`;
    const stored = await changeRisk("limits", parts, draft.version.peek(), reason, said);
    if (!stored) draft.version.value = risk.content.peek().version;
  };
  return html`
    <${Frame} title=${`Change ${whose}`} about="limits" label="Store" ready=${draft.edited.length > 0} save=${save}>
      <p class="quiet">An empty field means no such limit or rule. Changes hold from the next cycle.</p>
      <${Part} draft=${draft} part=${subject ? "limits" : "house"} title="Limits" />
      ${subject && html`<${Rules} draft=${draft} />`}
      <${Difference} draft=${draft} />
    </${Frame}>`;
}

/** Whole documents, as they are now, with what was edited; parts without an edit are left out. */
function partsOf(documents, { edited, text }) {
  const parts = {};
  for (const field of edited) {
    parts[field.part] ??= { ...documents[field.part] };
    parts[field.part][field.name] = valueFrom(text(field), field.unit);
  }
  return parts;
}

const Rules = ({ draft }) => html`
  <${Part} draft=${draft} part="exits" title="Exits, in the order in which they are judged" />
  <${Part} draft=${draft} part="sizing" title="Sizing" />
  <details class="more">
    <summary>Protections: when to stop for a while</summary>
    <${Part} draft=${draft} part="protections" title="Protections" />
  </details>`;

function Part({ draft, part, title }) {
  const policy = draft.fields.find(({ key }) => key === POLICY_KEY);
  const used = part === "sizing" ? SIZING[draft.text(policy)].map(({ name }) => name) : null;
  const fields = draft.fields.filter((field) => field.part === part && (!used || used.includes(field.name)));
  return html`
    <fieldset class="numbers"><legend>${title}</legend>
      ${used && html`<${Policy} draft=${draft} field=${policy} />`}
      ${fields.map((field) => html`
        <${NumberField} ...${field} key=${field.key} name=${field.key} value=${draft.text(field)}
          now=${draft.meanwhile(field)} onInput=${(text) => draft.type(field.key, text)} />`)}
    </fieldset>`;
}

const Policy = ({ draft, field }) => html`
  <label class="number"><span>Policy</span>
    <select name=${POLICY_KEY} value=${draft.text(field)} onChange=${(event) => draft.type(POLICY_KEY, event.target.value)}>
      ${Object.keys(SIZING).map((policy) => html`<option value=${policy}>${words(policy)}</option>`)}
    </select>
  </label>`;

/** What would change, before it is sent. */
const Difference = ({ draft }) => draft.edited.length > 0 && html`
  <section class="difference" aria-label="What changes">
    <h3>What changes</h3>
    <ul>${draft.edited.map((field) => html`
      <li key=${field.key}>${field.label}: ${inWords(textOf(field), field.unit)} →
        ${" "}<strong>${inWords(draft.text(field), field.unit)}</strong></li>`)}
    </ul>
  </section>`;

function inWords(text, unit) {
  if (text === "") return "off";
  if (unit === "word") return words(text);
  return isNumber(text) ? inUnit(fromField(text, unit), unit) : plain(text);
}
