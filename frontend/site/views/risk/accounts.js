/** The account of every strategy: its cash, what was paid in, what is locked; fund it or start it again. */

import { html, useSignal } from "../../vendor/ui.js";
import { formatMoney, plain } from "../../lib/format.js";
import { isStale, state } from "../../stores/overview.js";
import { fundAccount, resetAccount } from "../../stores/risk.js";
import { openForm } from "../../stores/writing.js";
import { Act } from "../../components/Act.js";
import { Change, Panel } from "../../components/Panel.js";
import { Table } from "../../components/Table.js";
import { Strategy } from "../tables.js";
import { Frame } from "../../components/Frame.js";
import { Outcome } from "../../components/Outcome.js";

const isSome = (dollars) => Number(dollars) !== 0;

const COLUMNS = [
  { key: "strategy", label: "Strategy", main: true, span: 3, cell: ({ strategy }) => html`<${Strategy} name=${strategy} />` },
  { key: "cash", label: "Cash", numeric: true, cell: (row) => formatMoney(row.cash) },
  { key: "equity", label: "Equity", numeric: true, cell: (row) => formatMoney(row.equity) },
  { key: "paid", label: "Paid in", numeric: true, cell: (row) => formatMoney(row.starting_cash) },
  { key: "profit", label: "Profit", numeric: true, span: 2,
    cell: (row) => html`<${Change} value=${row.profit} base=${row.starting_cash} />` },
  { key: "locked", label: "Locked", numeric: true, cell: ({ locked }) => (isSome(locked)
    ? formatMoney(locked) : html`<span class="quiet">none</span>`) },
  { key: "acts", label: "Change", numeric: true, span: 3, cell: (row) => html`
    <span class="account-acts">
      <${Act} tone="button-quiet" onClick=${() => openForm("fund", row.strategy)}
        aria-label=${`Fund ${plain(row.strategy)}`}>Fund …</${Act}>
      <${Act} tone="button-quiet" onClick=${() => openForm("reset", row.strategy)}
        aria-label=${`Reset ${plain(row.strategy)}`}>Reset …</${Act}>
    </span>` },
];

export const AccountsPanel = () => html`
  <${Panel} id="accounts" title="Accounts" source=${state} stale=${isStale.value}
    isEmpty=${({ accounts }) => accounts.length === 0}
    empty="No account yet. The first cycle opens one for each strategy.">
    ${({ accounts }) => html`
      <${Table} caption="Accounts" columns=${COLUMNS} rows=${accounts} rowKey=${({ strategy }) => strategy} />
      <${Outcome} about=${["accounts"]} />`}
  </${Panel}>`;

/** The account as it is now, also while a form on it is open. */
const accountOf = (strategy) => state.content.value?.accounts.find((each) => each.strategy === strategy);

const WAYS = [["", "Pay in"], ["-", "Take out"]];

export function FundForm({ subject }) {
  const sign = useSignal("");
  const amount = useSignal("");
  const typed = useSignal("");
  return html`
    <${Frame} title=${`Fund ${plain(subject)}`} about="accounts" label=${sign.value ? "Take out" : "Pay in"}
      ready=${typed.value === subject && Number(amount.value) > 0}
      save=${(reason) => fundAccount(subject, sign.value + amount.value, reason)}>
      <p class="quiet">Positions and orders stay. It is neither a profit nor a loss: what losses are measured from
        ${" "}moves with the money.</p>
      <fieldset class="choices choices-beside">
        <legend class="visually-hidden">Which way</legend>
        ${WAYS.map(([value, label]) => html`
          <label class="choice"><input type="radio" name="way" checked=${sign.value === value}
            onChange=${() => { sign.value = value; }} /><span>${label}</span></label>`)}
      </fieldset>
      <${Dollars} name="amount" label="Dollars" value=${amount} />
      <${Preview} account=${accountOf(subject)} by=${Number(sign.value + amount.value)} />
      <${Confirm} word=${subject} typed=${typed} />
    </${Frame}>`;
}

/** What the account comes to, before it is sent. */
const Preview = ({ account, by }) => Boolean(account && by) && html`
  <section class="difference" aria-label="What changes">
    <h3>What changes</h3>
    <ul>
      <li>Cash: ${formatMoney(account.cash)} → <strong>${formatMoney(Number(account.cash) + by)}</strong></li>
      <li>Paid in: ${formatMoney(account.starting_cash)} →
        ${" "}<strong>${formatMoney(Number(account.starting_cash) + by)}</strong></li>
      <li>Profit stays ${formatMoney(account.profit)}</li>
    </ul>
  </section>`;

export function ResetForm({ subject }) {
  const account = accountOf(subject);
  const cash = useSignal(String(Number(account?.starting_cash ?? 0)));
  const typed = useSignal("");
  return html`
    <${Frame} title=${`Reset ${plain(subject)}`} about="accounts" label="Start again" tone="button-stop"
      ready=${typed.value === subject && Number(cash.value) > 0}
      save=${(reason) => resetAccount(subject, cash.value, reason)}>
      <ol class="steps">
        <li>The account starts again with the cash below; profit, drawdown, counters and protections begin anew.</li>
        <li>Waiting orders are gone. Its trades stay in the log.</li>
        <li><${Held} account=${account} /></li>
      </ol>
      <${Dollars} name="starting_cash" label="Starting cash" value=${cash} />
      <${Confirm} word=${subject} typed=${typed} />
    </${Frame}>`;
}

/** What becomes of open positions: the API refuses unless everything is stopped. */
function Held({ account }) {
  const held = account?.positions ?? 0;
  if (held === 0) return "It holds nothing, so nothing is lost.";
  const many = `${held} open position${held === 1 ? "" : "s"}`;
  return state.content.value.control.state === "KILLED"
    ? html`<strong>It holds ${many}, which will be written off.</strong>`
    : html`<strong>It holds ${many}: this will be refused.</strong> Flatten first, or stop: then they are written off.`;
}

const Dollars = ({ name, label, value }) => html`
  <label class="number"><span>${label}</span>
    <span class="number-box">
      <input name=${name} required inputmode="decimal" pattern="[0-9]{1,9}([.][0-9]{1,6})?" autocomplete="off"
        title="Dollars, such as 250.50" value=${value}
        onInput=${(event) => { value.value = event.target.value.trim(); }} />
      <span class="quiet" aria-hidden="true">$</span>
    </span>
  </label>`;

const Confirm = ({ word, typed }) => html`
  <label class="field">Type ${plain(word)} to confirm
    <input name="confirm" required autocomplete="off" autocapitalize="off" spellcheck="false"
      value=${typed} onInput=${(event) => { typed.value = event.target.value.trim(); }} />
  </label>`;
