import { css } from 'lit';

/** What all parts of the panel share: the colours of VS Code's theme, marks, links. */
export const shared = css`
  :host {
    --nw-passes: var(--vscode-charts-green, #388a34);
    --nw-blocked: var(--vscode-testing-iconFailed, #c72e0f);
    --nw-depends: var(--vscode-problemsWarningIcon-foreground, #bf8803);
    --nw-unknown: var(--vscode-problemsInfoIcon-foreground, #1a85ff);
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size);
    color: var(--vscode-foreground);
  }
  .mark {
    width: 16px;
    height: 16px;
    flex: none;
    vertical-align: text-bottom;
    fill: currentcolor;
    color: var(--vscode-descriptionForeground);
  }
  .mark.passes {
    color: var(--nw-passes);
  }
  .mark.blocked {
    color: var(--nw-blocked);
  }
  .mark.depends {
    color: var(--nw-depends);
  }
  .mark.unknown {
    color: var(--nw-unknown);
  }
  .mark .sign,
  .mark .line {
    fill: none;
    stroke: var(--vscode-editor-background);
    stroke-width: 1.8;
    stroke-linecap: round;
  }
  .mark .line {
    stroke: currentcolor;
  }
  .secondary {
    color: var(--vscode-descriptionForeground);
  }
  code,
  pre {
    font-family: var(--vscode-editor-font-family, monospace);
  }
  code {
    color: inherit;
  }
  .field {
    min-width: 0;
    box-sizing: border-box;
    height: 28px;
    padding: 0 8px;
    color: var(--vscode-input-foreground);
    background: var(--vscode-input-background);
    border: 1px solid var(--vscode-input-border, var(--vscode-contrastBorder, var(--vscode-descriptionForeground)));
    border-radius: 2px;
    font-family: inherit;
    font-size: inherit;
  }
  .field::placeholder {
    color: var(--vscode-input-placeholderForeground);
    opacity: 1;
  }
  :focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 1px;
  }
`;

/** The panel itself. */
export const panel = css`
  :host {
    display: block;
    line-height: 1.5;
    container-type: inline-size;
  }
  main {
    display: flex;
    flex-direction: column;
    height: 100vh;
    box-sizing: border-box;
    padding: 12px 16px 0;
  }
  h1 {
    font-size: 1em;
    font-weight: normal;
    margin: 0 0 8px;
    color: var(--vscode-descriptionForeground);
    overflow-wrap: anywhere;
  }
  form {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  form .field {
    flex: 1 1 100%;
    font-family: var(--vscode-editor-font-family, monospace);
  }
  .note {
    margin: 6px 0;
  }
  .note:empty {
    margin: 4px 0;
  }
  [role='tablist'] {
    display: flex;
    gap: 16px;
    border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent));
  }
  [role='tab'] {
    background: none;
    border: none;
    border-bottom: 2px solid transparent;
    padding: 4px 2px;
    color: var(--vscode-descriptionForeground);
    font: inherit;
    cursor: pointer;
  }
  [role='tab'][aria-selected='true'] {
    color: var(--vscode-foreground);
    border-bottom-color: var(--vscode-focusBorder);
  }
  [role='tabpanel'] {
    flex: 1;
    min-height: 0;
    overflow: auto;
    padding-bottom: 16px;
  }
  [role='tabpanel'].map {
    overflow: hidden;
  }
  .verdict {
    display: flex;
    gap: 8px;
    align-items: center;
    font-size: 1.25em;
    font-weight: 600;
    margin: 12px 0 4px;
  }
  p {
    margin: 6px 0;
    overflow-wrap: anywhere;
  }
  .link {
    background: none;
    border: none;
    padding: 0;
    font: inherit;
    color: var(--vscode-textLink-foreground);
    cursor: pointer;
    text-align: start;
    text-decoration: underline;
    overflow-wrap: anywhere;
  }
  .link:hover {
    color: var(--vscode-textLink-activeForeground);
  }
  .stop {
    margin: 12px 0;
    padding: 8px 12px;
    border: 1px solid var(--nw-blocked);
    border-inline-start-width: 4px;
    border-radius: 3px;
  }
  .stop > p {
    display: flex;
    gap: 8px;
    align-items: flex-start;
    margin-top: 0;
  }
  .stop > p .mark {
    margin-top: 2px;
  }
  pre {
    margin: 4px 0 8px;
    padding: 4px 0;
    overflow-x: auto;
    border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
    font-size: var(--vscode-editor-font-size, 12px);
  }
  .diff span {
    display: block;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    padding: 0 8px 0 32px;
    text-indent: -24px;
  }
  .diff .added {
    background: var(--vscode-diffEditor-insertedTextBackground, transparent);
  }
  .diff .removed {
    background: var(--vscode-diffEditor-removedTextBackground, transparent);
  }
  .cases {
    border: none;
    margin: 12px 0;
    padding: 0;
  }
  .cases legend {
    padding: 0;
    color: var(--vscode-descriptionForeground);
  }
  .cases label {
    display: flex;
    gap: 8px;
    align-items: flex-start;
    padding: 3px 0;
    cursor: pointer;
  }
  .cases input {
    margin: 3px 0 0;
    accent-color: var(--vscode-focusBorder);
  }
  .stations {
    list-style: none;
    margin: 16px 0;
    padding: 0;
  }
  .station {
    display: flex;
    gap: 12px;
    position: relative;
    padding-bottom: 12px;
  }
  .station:not(:last-child)::before {
    content: '';
    position: absolute;
    inset-inline-start: 7px;
    top: 22px;
    bottom: -2px;
    border-inline-start: 2px solid var(--nw-passes);
  }
  .station.blocked:not(:last-child)::before,
  .station.unknown:not(:last-child)::before {
    border-inline-start: 2px dashed var(--vscode-descriptionForeground);
  }
  .dot {
    padding-top: 2px;
  }
  .what {
    min-width: 0;
    flex: 1;
  }
  .kind {
    display: block;
    color: var(--vscode-descriptionForeground);
    font-size: 0.9em;
  }
  .station.passes .state {
    position: absolute;
    clip-path: inset(50%);
    width: 1px;
    height: 1px;
    overflow: hidden;
  }
  .station.blocked .state {
    color: var(--vscode-foreground);
    font-weight: 600;
  }
  .name {
    font-family: var(--vscode-editor-font-family, monospace);
    overflow-wrap: anywhere;
    margin-inline-end: 8px;
  }
  .step,
  .reason {
    margin: 2px 0;
  }
  .step {
    color: var(--vscode-descriptionForeground);
  }
  table {
    border-collapse: collapse;
    width: 100%;
    margin: 12px 0;
  }
  caption {
    text-align: start;
    font-weight: 600;
    padding-bottom: 4px;
  }
  th,
  td {
    text-align: start;
    vertical-align: top;
    padding: 3px 12px 3px 0;
    border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
    font-weight: normal;
    overflow-wrap: anywhere;
  }
  thead th {
    color: var(--vscode-descriptionForeground);
    font-size: 0.9em;
  }
  .request th[scope='row'],
  .request td:nth-child(2) {
    font-family: var(--vscode-editor-font-family, monospace);
  }
  .request td:nth-child(2) {
    width: 50%;
  }
  .fault th[scope='row'],
  .fault td {
    font-weight: 600;
  }
  .time {
    white-space: nowrap;
  }
  .seen pre {
    padding: 4px 8px;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .seen > details {
    margin: 12px 0;
    padding: 4px 12px;
    border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
    border-radius: 3px;
  }
  summary {
    cursor: pointer;
    overflow-wrap: anywhere;
  }
  summary .secondary {
    display: block;
    padding-inline-start: 1.2em;
  }
  .stop summary {
    margin-top: 8px;
  }
  .hunk {
    margin-top: 6px;
  }
  vscode-button {
    max-width: 100%;
  }
  /* These themes have no colour for it, and the one of the element hides the text. */
  :host-context(.vscode-high-contrast) vscode-button[secondary]:is(:hover, :focus)::part(base) {
    background: none;
  }
  /* Not disabled: that would take the keyboard away from the one that was pressed. */
  vscode-button[aria-disabled='true'] {
    opacity: 0.6;
    pointer-events: none;
  }
  vscode-button::part(base) {
    white-space: normal;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  .cause {
    padding-inline-start: 10px;
    border-inline-start: 3px solid var(--nw-blocked);
  }
  /* What is left below the tabs is too little to scroll in: all of the page does. */
  @media (max-height: 520px) {
    main {
      height: auto;
      min-height: 100vh;
    }
    [role='tabpanel'] {
      overflow: visible;
    }
    [role='tabpanel'].map {
      flex: none;
      height: 260px;
    }
  }
  @container (min-width: 560px) {
    form .field {
      flex-basis: 240px;
    }
  }
  @container (min-width: 860px) {
    .stations:not(.long) {
      display: flex;
    }
    .stations:not(.long) .station {
      flex: 1;
      flex-direction: column;
      gap: 4px;
      padding: 0 12px 0 0;
      min-width: 0;
    }
    .stations:not(.long) .station:not(:last-child)::before {
      inset-inline-start: 22px;
      inset-inline-end: 4px;
      top: 10px;
      bottom: auto;
      border-inline-start: none;
      border-top: 2px solid var(--nw-passes);
    }
    .stations:not(.long) .station.blocked:not(:last-child)::before,
    .stations:not(.long) .station.unknown:not(:last-child)::before {
      border-top: 2px dashed var(--vscode-descriptionForeground);
    }
  }
`;
