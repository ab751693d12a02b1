/**
 * The only file that knows the Webview UI Toolkit, which is no longer developed: should it have to go, this file is
 * rewritten and no other. Buttons, fields and such; long tables are our own.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { setAttributes } from './dom.js';
import { icon, type IconName } from './icons.js';

/** What the page uses of the controls: the toolkit's own classes stay in this file. */
export interface Button extends HTMLElement {
  disabled: boolean;
}
export interface Checkbox extends HTMLElement {
  checked: boolean;
}
export interface Dropdown extends HTMLElement {
  value: string;
}
export interface TextField extends HTMLElement {
  value: string;
}

/** Called once, before the first element is made. */
export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
    vsCodeTextField(),
  );
}

export function makeButton(label: string, appearance: 'primary' | 'secondary', onPress: () => void): Button {
  const button = document.createElement('vscode-button') as Button;
  button.setAttribute('appearance', appearance);
  button.textContent = label;
  button.addEventListener('click', onPress);
  return button;
}

/** A button that shows a picture only; `label` is its name and tooltip. */
export function makeIconButton(name: IconName, label: string, onPress: () => void): Button {
  const button = document.createElement('vscode-button') as Button;
  setAttributes(button, { appearance: 'icon', 'aria-label': label, title: label });
  button.append(icon(name));
  button.addEventListener('click', onPress);
  return button;
}

/**
 * Whether a button on the page is pressed in. The toolkit does not hand `aria-pressed` on: screen readers look at the
 * button inside, styles at the one outside.
 */
export function setPressed(button: Button, isPressed: boolean): void {
  for (const part of [button, button.shadowRoot?.querySelector('button')])
    part?.setAttribute('aria-pressed', String(isPressed));
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export function makeDropdown(label: string, onChoose: (value: string) => void): Dropdown {
  const dropdown = document.createElement('vscode-dropdown') as Dropdown;
  dropdown.setAttribute('aria-label', label);
  dropdown.addEventListener('change', () => onChoose(dropdown.value));
  return dropdown;
}

export function setChoices(dropdown: Dropdown, choices: readonly Choice[], chosen: string): void {
  dropdown.replaceChildren(
    ...choices.map(({ value, label }) => {
      const option = document.createElement('vscode-option');
      setAttributes(option, { value, selected: value === chosen });
      option.textContent = label;
      return option;
    }),
  );
  dropdown.value = chosen;
}

export function makeTextField(
  label: string,
  placeholder: string,
  onInput: (text: string) => void,
): TextField {
  const field = document.createElement('vscode-text-field') as TextField;
  setAttributes(field, { 'aria-label': label, placeholder });
  field.addEventListener('input', () => onInput(field.value));
  return field;
}

export function makeCheckbox(label: string, onToggle: (checked: boolean) => void): Checkbox {
  const box = document.createElement('vscode-checkbox') as Checkbox;
  box.textContent = label;
  box.addEventListener('change', () => onToggle(box.checked));
  return box;
}

export function makeProgressRing(label: string): HTMLElement {
  const ring = document.createElement('vscode-progress-ring');
  ring.setAttribute('aria-label', label);
  return ring;
}
