/**
 * HTTPS_PROXY, HTTP_PROXY and NO_PROXY as kubectl reads them (golang.org/x/net/http/httpproxy, config.go).
 * client-node knows the kubeconfig's `proxy-url` alone, so a cluster that kubectl reaches would be out of reach.
 */
import { BlockList, isIP } from 'node:net';

type Environment = Readonly<Record<string, string | undefined>>;

/** URL of the proxy for a request to `server`, or undefined: go direct. Loopback never takes a proxy. */
export function findEnvironmentProxy(server: URL, environment: Environment): string | undefined {
  const isSecure = server.protocol === 'https:';
  const proxy = readVariable(environment, isSecure ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (proxy === undefined) return undefined;
  const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || isLoopback(host)) return undefined;
  const port = server.port || (isSecure ? '443' : '80');
  const exceptions = (readVariable(environment, 'NO_PROXY') ?? '').split(',');
  if (exceptions.some(entry => matchesException(entry.trim().toLowerCase(), host, port))) return undefined;
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}

/** Capitals first, as Go does; set to nothing means not set. */
function readVariable(environment: Environment, name: string): string | undefined {
  return [environment[name], environment[name.toLowerCase()]].find(
    value => value !== undefined && value !== '',
  );
}

/** One entry: `*`, a CIDR block, an address or a name; a name covers its subdomains, `.name` them alone. */
function matchesException(entry: string, host: string, port: string): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  if (entry.includes('/')) return isInBlock(host, entry);
  const { name, only } = splitPort(entry);
  if (only !== undefined && only !== port) return false;
  if (isIP(name) > 0) return name === host;
  const domain = name.replace(/^\*(?=\.)/, '');
  if (domain.startsWith('.')) return host.endsWith(domain);
  return host === domain || host.endsWith(`.${domain}`);
}

function splitPort(entry: string): { name: string; only: string | undefined } {
  const match = /^(?:\[(?<six>[^\]]+)\]|(?<name>[^:]+))(?::(?<port>\d+))?$/.exec(entry)?.groups;
  return match === undefined
    ? { name: entry, only: undefined }
    : { name: match.six ?? match.name ?? entry, only: match.port };
}

function isInBlock(host: string, block: string): boolean {
  const [network = '', bits = ''] = block.split('/');
  const family = isIP(network);
  if (
    family === 0 ||
    isIP(host) !== family ||
    !/^\d{1,3}$/.test(bits) ||
    Number(bits) > (family === 4 ? 32 : 128)
  )
    return false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(network, Number(bits), type);
  return list.check(host, type);
}

function isLoopback(host: string): boolean {
  return isInBlock(host, '127.0.0.0/8') || host === '::1';
}
