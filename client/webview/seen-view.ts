import { html, nothing, type TemplateResult } from 'lit';
import type { FilePlace, ProbeStep, ProbeTls } from '../../server/src/protocol';
import { l10n } from './l10n';
import { mark } from './marks';
import type { CopyAs, Seen, SeenCause } from './messages';
import { fixText, placeLink, sentence } from './text';

/** What can be done from what was seen. */
export interface SeenActions {
  readonly open: (place: FilePlace) => void;
  readonly fix: (id: number) => void;
  readonly again: (id: number) => void;
  /** Reloads nginx and probes again; null where the settings do not say how. */
  readonly reload: ((id: number) => void) | null;
  readonly copy: (id: number, as: CopyAs) => void;
}

/** What was seen in this window: the newest open, the others folded. */
export function seenView(
  seen: readonly Seen[],
  isBusy: boolean,
  actions: SeenActions,
): TemplateResult | typeof nothing {
  if (seen.length === 0) return nothing;
  return html`<section class="seen" aria-label=${l10n.t('What was seen')}>
    ${seen.map(
      (each, index) => html`<details ?open=${index === 0}>
        <summary>
          ${mark(each.ok ? 'passes' : 'blocked')}
          <span>${timeText(each)} <strong>${each.outcome}</strong></span>
          <span class="secondary">${each.url}</span>
        </summary>
        ${oneView(each, isBusy, actions)}
      </details>`,
    )}
  </section>`;
}

function timeText({ by, time }: Seen): string {
  return by === 'probe' ? l10n.t('Seen at {0}:', time) : l10n.t('Verified at {0}:', time);
}

function oneView(seen: Seen, isBusy: boolean, actions: SeenActions): TemplateResult {
  const { id, by, message, from, steps, tls, folded, cause } = seen;
  const isProbe = by === 'probe';
  return html`
    ${message === '' ? nothing : html`<p>${sentence(message)}</p>`}
    ${cause === null ? nothing : causeView(cause, actions)}
    <p class="buttons">
      ${
        cause === null || cause.fix === ''
          ? nothing
          : html`<vscode-button class="fix-seen" @click=${() => actions.fix(id)}>
            ${fixText(cause.fix)}
          </vscode-button>`
      }
      <vscode-button class="again" secondary aria-disabled=${isBusy} @click=${() => actions.again(id)}>
        ${isProbe ? l10n.t('Probe again') : l10n.t('Verify again')}
      </vscode-button>
      ${
        isProbe && actions.reload !== null
          ? html`<vscode-button
            class="reload"
            secondary
            aria-disabled=${isBusy}
            @click=${() => actions.reload?.(id)}
          >
            ${l10n.t('Reload and probe again')}
          </vscode-button>`
          : nothing
      }
      ${
        isProbe
          ? html`${copyButton(l10n.t('Copy as curl'), () => actions.copy(id, 'curl'))}
          ${copyButton(l10n.t('Copy as wscat'), () => actions.copy(id, 'wscat'))}`
          : nothing
      }
      ${copyButton(l10n.t('Copy as text'), () => actions.copy(id, 'text'))}
    </p>
    ${steps.length === 0 ? nothing : stepsView(steps)} ${tls === null ? nothing : certificateView(tls)}
    <p class="secondary">${from}</p>
    ${folded.map(
      ({ title, text }) => html`<details>
        <summary>${title}</summary>
        <pre tabindex="0" aria-label=${title}>${text}</pre>
      </details>`,
    )}
  `;
}

function copyButton(title: string, copy: () => void): TemplateResult {
  return html`<vscode-button secondary @click=${copy}>${title}</vscode-button>`;
}

function causeView({ sentence: text, message, place }: SeenCause, { open }: SeenActions): TemplateResult {
  return html`<p class="cause">${text} ${sentence(message)} ${placeLink(place, open)}</p>`;
}

function stepsView(steps: readonly ProbeStep[]): TemplateResult {
  return html`<table class="steps">
    <caption>
      ${l10n.t('Step by step')}
    </caption>
    <thead>
      <tr>
        <th scope="col">${l10n.t('step')}</th>
        <th scope="col">${l10n.t('time')}</th>
        <th scope="col">${l10n.t('what was seen')}</th>
      </tr>
    </thead>
    <tbody>
      ${steps.map(
        ({ name, ok, ms, detail }) => html`<tr class=${ok ? '' : 'fault'}>
          <th scope="row">${mark(ok ? 'passes' : 'blocked')} <span>${stepText(name)}</span></th>
          <td class="time">${l10n.t('{0} ms', ms.toFixed(1))}</td>
          <td>${detail}</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}

function certificateView({ subject, issuer, names, daysLeft, trusted }: ProbeTls): TemplateResult {
  const parts = [
    subject,
    l10n.t('by {0}', issuer),
    l10n.t('for {0}', names.join(', ')),
    l10n.t('{0} days left', daysLeft),
    trusted ? l10n.t('trusted') : l10n.t('not trusted'),
  ];
  return html`<p><strong>${l10n.t('Certificate')}</strong> ${parts.join(' · ')}</p>`;
}

/** The names of steps in a report; TLS is written in capitals everywhere. */
function stepText(name: ProbeStep['name']): string {
  switch (name) {
    case 'resolve':
      return l10n.t('resolve');
    case 'connect':
      return l10n.t('connect');
    case 'tls':
      return 'TLS';
    case 'handshake':
      return l10n.t('handshake');
    case 'ping':
      return l10n.t('ping');
    case 'echo':
      return l10n.t('echo');
    case 'hold':
      return l10n.t('hold');
    case 'close':
      return l10n.t('close');
  }
}
