/** Sign in with a token. */

import { html, useSignal } from "../vendor/ui.js";
import { canRetry, phase, refusal, retry, signIn } from "../stores/session.js";
import { Prose } from "../components/Panel.js";
import { Mark } from "../components/TopBar.js";

export function Login() {
  const token = useSignal("");
  const keep = useSignal(false);
  const submit = (event) => {
    event.preventDefault();
    signIn(token.value.trim(), keep.value);
  };
  const checking = phase.value === "checking";
  return html`
    <main id="main" class="login" tabindex="-1">
      <form class="login-form" onSubmit=${submit}>
        <div class="brand"><${Mark} /><h1>Market Strategy Tester</h1></div>
        <p class="quiet">Paper trading on real order books. No code path places a real order.</p>
        <${Refusal} />
        <label class="field">Token
          <input name="token" type="password" required autocomplete="off" spellcheck="false"
            value=${token} onInput=${(event) => { token.value = event.target.value; }} />
        </label>
        <label class="choice">
          <input type="checkbox" name="keep" checked=${keep}
            onChange=${(event) => { keep.value = event.target.checked; }} />
          <span>Keep me signed in in this tab</span>
        </label>
        <button type="submit" class="button button-main" disabled=${checking}>
          ${checking ? "Checking …" : "Sign in"}
        </button>
        <p class="quiet">On a laptop <code>make up</code> prints a ready link. Elsewhere:
          ${" "}<code>bot token create</code>.</p>
      </form>
    </main>`;
}

const Refusal = () => refusal.value && html`
  <div class="complaint" role="alert">
    <p><strong><${Prose} text=${refusal.value.message} /></strong> <${Prose} text=${refusal.value.hint} /></p>
    ${canRetry.value && html`<button type="button" class="button" onClick=${retry}>Try again</button>`}
  </div>`;
