/** The forms of this page, one open at a time. */

import { html, useSignal } from "../../vendor/ui.js";
import { fromField, toField } from "../../lib/exact.js";
import { plain, words } from "../../lib/format.js";
import { EXITS } from "../../lib/rules.js";
import { changeExits, release } from "../../stores/risk.js";
import { form } from "../../stores/writing.js";
import { Frame, NumberField } from "../../components/Frame.js";
import { FundForm, ResetForm } from "./accounts.js";
import { LimitsForm } from "./limits-form.js";
import { CancelForm } from "./orders.js";
import { rulesOf } from "./positions.js";

const FORMS = {
  release: ReleaseForm, position: PositionForm, limits: LimitsForm,
  cancel: CancelForm, fund: FundForm, reset: ResetForm,
};

export function RiskForms() {
  if (!form.value) return null;
  const { kind, subject } = form.value;
  return html`<${FORMS[kind]} subject=${subject} />`;
}

function ReleaseForm({ subject }) {
  return html`
    <${Frame} title=${`Release: ${words(subject.rule)}`} about="release" label="Release"
      save=${(reason) => release(subject, reason)}>
      <p>${plain(subject.reason)}</p>
      <p class="quiet">New entries are allowed again from the next cycle. The rule stays on and may trip again.</p>
    </${Frame}>`;
}

/** Exit rules of one position: its strategy's, or its own. */
function PositionForm({ subject }) {
  const inherited = rulesOf(subject.strategy) ?? {};
  const own = useSignal(Boolean(subject.exits));
  const fields = useSignal(fieldsOf(subject.exits ?? inherited));
  const shown = own.value ? fields.value : fieldsOf(inherited);
  const save = (reason) => changeExits(subject, own.value ? rulesFrom(fields.value) : null, reason);
  return html`
    <${Frame} title="Exit rules of one position" about="position" label="Store" save=${save}>
      <p><strong>${plain(subject.title)}</strong> <span class="quiet">held by ${plain(subject.strategy)}</span></p>
      <fieldset class="choices">
        <legend class="visually-hidden">Whose rules</legend>
        ${[[false, `As ${plain(subject.strategy)}`], [true, "Rules of its own"]].map(([value, label]) => html`
          <label class="choice"><input type="radio" name="own" checked=${own.value === value}
            onChange=${() => { own.value = value; }} /><span>${label}</span></label>`)}
      </fieldset>
      <fieldset class="numbers">
        <legend>In the order in which they are judged; an empty field is off</legend>
        ${EXITS.map((rule) => html`
          <${NumberField} key=${rule.name} ...${rule} value=${shown[rule.name]} disabled=${!own.value}
            onInput=${(text) => { fields.value = { ...fields.value, [rule.name]: text }; }} />`)}
      </fieldset>
    </${Frame}>`;
}

const fieldsOf = (rules) => Object.fromEntries(EXITS.map(({ name, unit }) => [name, toField(rules[name], unit)]));
const rulesFrom = (fields) => Object.fromEntries(EXITS.map(({ name, unit }) => [name, fromField(fields[name], unit)]));
