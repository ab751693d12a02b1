/** The themes that pictures are looked at in, by the names that this VS Code keeps in its settings. */
import type { Stage } from './environment.js';

export const THEMES = {
  dark: 'Dark Modern',
  light: 'Light Modern',
  'high-contrast': 'Default High Contrast',
} as const;
export type ThemeName = keyof typeof THEMES;
export const THEME_NAMES: readonly ThemeName[] = ['dark', 'light', 'high-contrast'];

const KINDS: Readonly<Record<ThemeName, string>> = {
  dark: 'vs-dark',
  light: 'vs',
  'high-contrast': 'hc-black',
};

/** Waits until the workbench is drawn in it; pictures go to its folder from now on. */
export async function takeOver(
  { workbench, setSettings }: Stage,
  theme: ThemeName,
  others: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await setSettings({ ...others, 'workbench.colorTheme': THEMES[theme] });
  workbench.theme = theme;
  await workbench.page.locator(`.monaco-workbench.${KINDS[theme]}`).waitFor();
}
