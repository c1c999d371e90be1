import { html, nothing, type TemplateResult } from 'lit';
import type { FilePlace, Way, WayCase, WayHunk, WayRequestPart, WayStation } from '../../server/src/protocol';
import { l10n } from './l10n';
import { mark, markText } from './marks';
import type { Mark } from './messages';
import { fixText, kindText, placeLink, sentence } from './text';

/** What can be done from the picture of a way. */
export interface WayActions {
  readonly open: (place: FilePlace) => void;
  readonly fix: (index: number) => void;
  readonly choose: (index: number) => void;
  readonly copy: () => void;
}

/** The way of a handshake: the verdict, what stops it with its fix, the cases, the stations, the request. */
export function wayView(way: Way<unknown>, index: number, actions: WayActions): TemplateResult {
  const chosen = way.cases[index];
  return html`
    <h2 class="verdict">${mark(way.verdict)} <span>${way.outcome}</span></h2>
    ${way.error === null ? nothing : html`<p>${sentence(way.error)}</p>`}
    ${nextStepView(way, actions)} ${casesView(way, index, actions)}
    ${
      chosen === undefined
        ? nothing
        : html`${stopView(chosen, index, actions)} ${stationsView(chosen, actions)}
        ${requestView(chosen.request, actions)}`
    }
    <p>
      <vscode-button secondary @click=${actions.copy}>${l10n.t('Copy as text')}</vscode-button>
    </p>
  `;
}

/** What to write where nothing is written for the URL. */
function nextStepView({ nextStep }: Way<unknown>, { open }: WayActions): TemplateResult | typeof nothing {
  if (nextStep === null) return nothing;
  return html`<p>${sentence(nextStep.advice)} ${placeLink(nextStep.place, open)}</p>
    <pre class="diff" tabindex="0" aria-label=${l10n.t('Text to add')}>${nextStep.lines.map(
      (text) => html`<span class="same">${text}\n</span>`,
    )}</pre>`;
}

/** A switch for the conditions, where the handshake may go more than one way. */
function casesView(
  { cases }: Way<unknown>,
  index: number,
  { choose }: WayActions,
): TemplateResult | typeof nothing {
  if (cases.length < 2) return nothing;
  return html`<fieldset class="cases">
    <legend>${l10n.t('What is shown is the way')}</legend>
    ${cases.map(
      (each, at) => html`<label>
        <input type="radio" name="case" .checked=${at === index} @change=${() => choose(at)} />
        ${mark(markOfCase(each))}
        <span>
          ${each.when.length === 0 ? l10n.t('otherwise') : html`${l10n.t('if')} ${sentence(each.when.join('; '))}`}
          <span class="secondary">${[markText(markOfCase(each)), each.status ?? ''].join(' ')}</span>
        </span>
      </label>`,
    )}
  </fieldset>`;
}

function markOfCase({ verdict }: WayCase<unknown>): Mark {
  return verdict === 'opaque' ? 'unknown' : verdict;
}

/** What stops it, with its fix as a small diff and one button. */
function stopView(
  { stop, verdict }: WayCase<unknown>,
  index: number,
  { open, fix }: WayActions,
): TemplateResult | typeof nothing {
  if (stop === null) return nothing;
  return html`<section class="stop" aria-label=${l10n.t('What stops it')}>
    <p>${mark(verdict === 'opaque' ? 'unknown' : 'blocked')} <span>${sentence(stop.message)} ${placeLink(stop.place, open)}</span></p>
    ${
      stop.fix === null
        ? nothing
        : html`<vscode-button class="fix" @click=${() => fix(index)}>
            ${fixText(stop.fix.title)}
          </vscode-button>
          ${diffView(stop.fix.diff, open)}`
    }
  </section>`;
}

/** A diff of more lines than this is folded: the way below it is to be seen too. */
const SHORT_DIFF = 9;

function diffView(hunks: readonly WayHunk[], open: WayActions['open']): TemplateResult {
  const length = hunks.reduce((sum, { lines }) => sum + lines.length, 0);
  return html`<details ?open=${length <= SHORT_DIFF}>
    <summary>${l10n.t('What the fix changes')}</summary>
    ${hunks.map((hunk) => hunkView(hunk, open))}
  </details>`;
}

const SIGNS = { same: ' ', removed: '-', added: '+' } as const;

function hunkView({ place, lines }: WayHunk, open: WayActions['open']): TemplateResult {
  const indent = commonIndent(lines.map(({ text }) => text));
  return html`<div class="hunk">
    ${placeLink(place, open)}
    <pre class="diff" tabindex="0" aria-label=${l10n.t('Change')}>${lines.map(
      ({ kind, text }) => html`<span class=${kind}>${SIGNS[kind]} ${text.slice(indent)}\n</span>`,
    )}</pre>
  </div>`;
}

/** How many blanks all lines begin with that are not empty. */
function commonIndent(lines: readonly string[]): number {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  return indents.reduce((least, each) => Math.min(least, each), Infinity);
}

const MARKS: Readonly<Record<WayStation['mark'], Mark>> = {
  passed: 'passes',
  stopped: 'blocked',
  unknown: 'unknown',
  'not-reached': 'none',
};

/** More stations than this are too many to stand side by side. */
const IN_A_ROW = 6;

function stationsView({ stations }: WayCase<unknown>, actions: WayActions): TemplateResult {
  return html`<ol class="stations ${stations.length > IN_A_ROW ? 'long' : ''}" aria-label=${l10n.t('The way of the handshake')}>
    ${stations.map((each) => stationView(each, actions))}
  </ol>`;
}

function stationView(
  { kind, name, mark: state, place, steps, hop }: WayStation,
  { open }: WayActions,
): TemplateResult {
  return html`<li class="station ${MARKS[state]}">
    <span class="dot">${mark(MARKS[state])}</span>
    <div class="what">
      <span class="kind">
        ${kindText(kind)}${hop > 1 ? ` · ${l10n.t('hop {0}', hop)}` : ''}
        <span class="state"> · ${stateText(state)}</span>
      </span>
      <strong class="name">${name === '' ? noNameText(kind, state) : name}</strong>
      ${placeLink(place, open)}
      ${steps
        .filter(({ message }) => message !== `\`${kind} ${name}\``)
        .map(
          ({ id, message, place: own }) => html`<p class=${id === null ? 'step' : 'reason'}>
          ${sentence(message)}
          ${
            own === null || (own.uri === place?.uri && own.range.start.line === place.range.start.line)
              ? nothing
              : placeLink(own, open)
          }
        </p>`,
        )}
    </div>
  </li>`;
}

function stateText(state: WayStation['mark']): string {
  switch (state) {
    case 'passed':
      return l10n.t('passed');
    case 'stopped':
      return l10n.t('stopped');
    case 'unknown':
      return l10n.t('unknown');
    case 'not-reached':
      return l10n.t('not reached');
  }
}

function noNameText(kind: WayStation['kind'], state: WayStation['mark']): string {
  if (state === 'not-reached') return '';
  return kind === 'server' ? l10n.t('no name') : l10n.t('none');
}

/** The request that reaches the back end, and where each part of it is from. */
function requestView(
  parts: readonly WayRequestPart[],
  { open }: WayActions,
): TemplateResult | typeof nothing {
  if (parts.length === 0) return nothing;
  return html`<table class="request">
    <caption>
      ${l10n.t('What reaches the back end')}
    </caption>
    <thead>
      <tr>
        <th scope="col">${l10n.t('part')}</th>
        <th scope="col">${l10n.t('value')}</th>
        <th scope="col">${l10n.t('from')}</th>
      </tr>
    </thead>
    <tbody>
      ${parts.map(
        ({ name, value, origin, place, isAtFault }) => html`<tr class=${isAtFault ? 'fault' : ''}>
          <th scope="row">${name}</th>
          <td>
            ${isAtFault ? mark('blocked') : nothing}
            <span>${value ?? html`<em>${l10n.t('missing')}</em>`}</span>
          </td>
          <td>${place === null ? (value === null ? '' : originText(origin)) : placeLink(place, open)}</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}

function originText(origin: WayRequestPart['origin']): string {
  switch (origin) {
    case 'nginx':
      return l10n.t('default');
    case 'client':
      return l10n.t('client');
    case 'file':
      return '';
  }
}
