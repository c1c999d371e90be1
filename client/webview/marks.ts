import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { l10n } from './l10n';
import type { Mark } from './messages';

/** Each verdict has a shape of its own; colours only repeat it. */
const SHAPES: Readonly<Record<Mark, SVGTemplateResult>> = {
  passes: svg`<circle cx="8" cy="8" r="7"/><path class="sign" d="M4.5 8.5 7 11l4.5-6"/>`,
  blocked: svg`<path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z"/><path class="sign" d="m5.5 5.5 5 5m0-5-5 5"/>`,
  depends: svg`<path d="M8 1 15.5 15H.5z"/><path class="sign" d="M8 6v4m0 1.6v1"/>`,
  unknown: svg`<path d="m8 .5 7.5 7.5L8 15.5.5 8z"/><path class="sign" d="M6.2 6.6q0-1.9 1.8-1.9t1.8 1.6Q9.8 7.6 8 8.4v1m0 1v1"/>`,
  none: svg`<path class="line" d="M3 8h10"/>`,
};

/** The mark of a verdict. Words beside it say the same, so it says nothing to a screen reader. */
export function mark(kind: Mark): TemplateResult {
  return html`<svg class="mark ${kind}" viewBox="0 0 16 16" aria-hidden="true">${SHAPES[kind]}</svg>`;
}

/** The meaning of a mark. */
export function markText(kind: Mark): string {
  switch (kind) {
    case 'passes':
      return l10n.t('passes');
    case 'blocked':
      return l10n.t('blocked');
    case 'depends':
      return l10n.t('depends');
    case 'unknown':
      return l10n.t('unknown');
    case 'none':
      return '';
  }
}
