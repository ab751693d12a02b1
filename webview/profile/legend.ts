/** Groups of code with their colour and share of the whole; a press picks one out in the graph, a second lets it go. */
import type { CodeGroups, GroupShare } from '../model/codeGroups.js';
import type { FlameTheme } from '../theme.js';
import { t } from '../words.js';
import { element } from '../ui/dom.js';

/** Groups beyond these are in the table and the graph all the same. */
const SHOWN = 12;

export interface LegendContent {
  readonly shares: readonly GroupShare[];
  readonly groups: CodeGroups;
  readonly theme: FlameTheme;
  readonly picked: number | undefined;
  readonly formatShare: (value: number) => string;
}

/** In words of the page's language; names of modules are what they are. */
function labelOf(label: string): string {
  switch (label) {
    case 'kernel':
      return t('kernel');
    case 'Go standard library':
      return t('Go standard library');
    case 'native':
      return t('native code');
    case 'unknown':
      return t('unknown');
    default:
      return label;
  }
}

export class Legend {
  readonly element = element('div', { class: 'legend', role: 'group', 'aria-label': t('Groups of code') });
  readonly #onPick: (group: number | undefined) => void;

  constructor(onPick: (group: number | undefined) => void) {
    this.#onPick = onPick;
  }

  show({ shares, groups, theme, picked, formatShare }: LegendContent): void {
    const entries = shares.slice(0, SHOWN).map(({ group, label, value }) => {
      const swatch = element('span', { class: 'swatch', 'aria-hidden': 'true' });
      swatch.style.backgroundColor = theme.fills[groups.fillOfGroup[group] ?? 0] ?? theme.neutral;
      const entry = element(
        'button',
        {
          type: 'button',
          'aria-pressed': String(picked === group),
          title: t('Show only this group in colour'),
        },
        swatch,
        element('span', { class: 'legend-label' }, labelOf(label)),
        element('span', { class: 'legend-share' }, formatShare(value)),
      );
      entry.addEventListener('click', () => this.#onPick(picked === group ? undefined : group));
      return entry;
    });
    const hidden = shares.slice(SHOWN);
    if (hidden.length > 0) {
      const rest = hidden.reduce((sum, { value }) => sum + value, 0);
      const names = hidden.map(({ label }) => labelOf(label)).join(', ');
      const text = `${t('{0} more', hidden.length)} ${formatShare(rest)}`;
      this.element.replaceChildren(...entries, element('span', { class: 'legend-rest', title: names }, text));
    } else this.element.replaceChildren(...entries);
  }
}
