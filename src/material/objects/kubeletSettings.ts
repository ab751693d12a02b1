/**
 * Settings of a kubelet: of /configz and KubeletConfiguration as objects, and of command lines, in the config's words.
 * Flags that a log or /flagz lists are defaults where a config file stands above them, and count only without one.
 */
import { fieldOf, textOf } from '../../base/jsonFields.js';
import type { Found, KubeletSetting, MaterialText, Place, TextReader } from '../model.js';
import { parseYaml } from '../text/yamlDocuments.js';
import { unquoted } from '../text/quotedLine.js';

export const kubeletFlagsReader: TextReader = { name: 'flags of the kubelet', read: readKubeletFlags };

const MOST_SETTINGS = 5_000;
const LONGEST_VALUE = 500;
const DEEPEST = 6;

/** The configuration within /configz's answer, a KubeletConfiguration, or kubeadm's ConfigMap. */
export function configurationIn(value: unknown): unknown {
  const configz = fieldOf(value, 'kubeletconfig');
  if (configz !== undefined) return configz;
  if (fieldOf(value, 'kind') === 'KubeletConfiguration') return value;
  const text = textOf(fieldOf(fieldOf(value, 'data'), 'kubelet'));
  return text === undefined ? undefined : parseYaml(text);
}

export function settingsOf(configuration: unknown, at: Place): readonly KubeletSetting[] {
  const settings: KubeletSetting[] = [];
  addSettings(configuration, '', at, settings);
  return settings;
}

/** Nested ones by path: `evictionHard.memory.available`. */
function addSettings(value: unknown, path: string, at: Place, settings: KubeletSetting[]): void {
  if (settings.length >= MOST_SETTINGS || value === undefined || value === null) return;
  if (typeof value === 'object' && !Array.isArray(value)) {
    if (path.split('.').length > DEEPEST) return;
    for (const [name, field] of Object.entries(value))
      addSettings(field, path === '' ? name : `${path}.${name}`, at, settings);
    return;
  }
  const text = Array.isArray(value)
    ? value.filter(one => typeof one !== 'object').join(',')
    : scalarText(value);
  if (path !== '' && text !== undefined)
    settings.push({ at, name: path, value: text.slice(0, LONGEST_VALUE) });
}

function scalarText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

/** A process, a unit, an environment file, a systemd drop-in. */
const COMMAND =
  /(?:^|[\s/="'])(?:kubelet|hyperkube kubelet|hyperkube)(?:\.exe)?["']?\s+(?=-|\\$)|KUBELET_[A-Z_]{2,40}=|--kubelet-arg/u;
const SHELL = /\b(?:grep|journalctl|awk|sed|tail|systemctl|kubectl)\b/u;
const FLAG =
  /(?:^|[\s"'=])--?([a-z][a-z\d-]{1,60})(?:=("[^"]{0,500}"|[^\s"'\\]{0,500})| (?!-)([\w./:%@,<>=-]{1,300}))?(?=[\s"'\\]|$)/gu;
/** klog's list at the start of a kubelet, and a line of /flagz. */
const LISTED = /\bFLAG: --([a-z][a-z\d-]{1,60})="(.{0,500})"$/u;
const FLAGZ = /^([a-z][a-z\d-]{1,60})(?: (\S.{0,300}))?$/u;

/** Flags that are called otherwise in the config (pkg/kubelet/apis/config/v1beta1, cmd/kubelet/app/options). */
const NAMES: Readonly<Record<string, string>> = {
  'kube-api-qps': 'kubeAPIQPS',
  'kube-api-burst': 'kubeAPIBurst',
  'event-qps': 'eventRecordQPS',
  'registry-qps': 'registryPullQPS',
  'image-gc-high-threshold': 'imageGCHighThresholdPercent',
  'image-gc-low-threshold': 'imageGCLowThresholdPercent',
  'cpu-cfs-quota': 'cpuCFSQuota',
  'cpu-cfs-quota-period': 'cpuCFSQuotaPeriod',
  'pod-max-pids': 'podPidsLimit',
  'resolv-conf': 'resolvConf',
};

/** `max-pods` is `maxPods`. */
export function configName(flag: string): string {
  return NAMES[flag] ?? flag.replaceAll(/-([a-z\d])/gu, (_, letter: string) => letter.toUpperCase());
}

function readKubeletFlags({ file, lines }: MaterialText): Found {
  const flags = new FlagText(file);
  for (const [index, line] of lines.entries()) flags.read(unquoted(line), index + 1);
  return { settings: flags.finish() };
}

class FlagText {
  readonly #given: KubeletSetting[] = [];
  readonly #listed: KubeletSetting[] = [];
  #isFlagz = false;
  #isContinued = false;
  #hasConfigFile = false;

  constructor(private readonly file: string) {}

  read(line: string, lineNumber: number): void {
    const at = { file: this.file, line: lineNumber };
    this.#readListed(line, at);
    const command = this.#isContinued ? 0 : line.search(COMMAND);
    this.#isContinued = command >= 0 && line.endsWith('\\');
    if (command >= 0 && !SHELL.test(line.slice(0, command + 1))) this.#readFlags(line.slice(command), at);
  }

  finish(): readonly KubeletSetting[] {
    return this.#hasConfigFile ? this.#given : [...this.#given, ...this.#listed];
  }

  #readListed(line: string, at: Place): void {
    if (/^kubelet flagz$/iu.test(line)) {
      this.#isFlagz = true;
      return;
    }
    if (this.#isFlagz && line === '' && this.#listed.length > 0) this.#isFlagz = false;
    const listed = LISTED.exec(line) ?? (this.#isFlagz ? FLAGZ.exec(line) : null);
    if (listed !== null) this.#list(listed[1] ?? '', listed[2] ?? '', at);
  }

  #list(flag: string, value: string, at: Place): void {
    if (flag === 'config' && value !== '') this.#hasConfigFile = true;
    if (this.#listed.length < MOST_SETTINGS) this.#listed.push({ at, name: configName(flag), value });
  }

  #readFlags(text: string, at: Place): void {
    for (const [, flag = '', withEquals, apart] of text.matchAll(FLAG)) {
      if (this.#given.length >= MOST_SETTINGS) return;
      const value = (withEquals ?? apart ?? 'true').replaceAll('"', '');
      this.#given.push({ at, name: configName(flag), value });
    }
  }
}
