import { css } from 'lit';

/** How the map looks. */
export const mapStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    height: 100%;
    min-height: 0;
  }
  .filter {
    display: flex;
    flex-wrap: wrap;
    gap: 8px 16px;
    align-items: center;
    padding: 8px 0;
  }
  .filter .field {
    flex: 0 1 320px;
  }
  .filter label {
    display: flex;
    gap: 6px;
    align-items: center;
  }
  .scroll {
    flex: 1;
    min-height: 0;
    overflow: auto;
    position: relative;
  }
  .canvas,
  svg:not(.mark) {
    position: relative;
  }
  svg:not(.mark) {
    position: absolute;
    inset: 0;
    pointer-events: none;
  }
  path.lead {
    fill: none;
    stroke: var(--vscode-descriptionForeground);
    stroke-width: 1;
    opacity: 0.6;
  }
  path.lead.blocked {
    stroke: var(--nw-blocked);
    stroke-dasharray: 4 3;
    opacity: 1;
  }
  path.lead.passes {
    stroke: var(--nw-passes);
    opacity: 1;
  }
  path.lead.lit {
    stroke: var(--vscode-focusBorder);
    stroke-width: 2.5;
    opacity: 1;
  }
  .box {
    position: absolute;
    box-sizing: border-box;
    display: flex;
    gap: 6px;
    align-items: center;
    padding: 0 6px;
    overflow: hidden;
    white-space: nowrap;
    cursor: pointer;
    border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
    border-radius: 3px;
    background: var(--vscode-editor-background);
  }
  .box:hover {
    background: var(--vscode-list-hoverBackground);
    color: var(--vscode-list-hoverForeground, inherit);
  }
  .box.here {
    border-inline-start: 4px solid var(--vscode-editorCursor-foreground, var(--vscode-focusBorder));
  }
  .box.lit {
    border-color: var(--vscode-focusBorder);
    border-width: 2px;
  }
  .scroll:focus-visible .box.active {
    outline: 2px solid var(--vscode-focusBorder);
    outline-offset: 1px;
  }
  .label {
    overflow: hidden;
    text-overflow: ellipsis;
    flex-shrink: 1;
    font-family: var(--vscode-editor-font-family, monospace);
  }
  .detail {
    overflow: hidden;
    text-overflow: ellipsis;
    flex: 1 2 0;
    min-width: 0;
    color: var(--vscode-descriptionForeground);
  }
`;
