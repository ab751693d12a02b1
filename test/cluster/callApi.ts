/** One request to the API server as the admin, JSON in, JSON or text out: for what the tests do and the extension does not. */
import https from 'node:https';
import { loadAdminConfig } from './testCluster.js';

export type ApiMethod = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** Resolves with the body; rejects with status and body where the answer is not 2xx. PATCH is a merge patch. */
export async function callApi(method: ApiMethod, path: string, body?: object): Promise<unknown> {
  const config = loadAdminConfig();
  const text = body === undefined ? '' : JSON.stringify(body);
  const options: https.RequestOptions = {
    method,
    headers: {
      'Content-Type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
      // Node sends a DELETE's body without a length where none is given, and no server reads it then.
      'Content-Length': Buffer.byteLength(text),
    },
    timeout: 30_000,
    agent: false,
  };
  await config.applyToHTTPSOptions(options);
  const url = new URL(path, config.getCurrentCluster()?.server);
  return new Promise((resolve, reject) => {
    const request = https.request(url, options, response => {
      let answer = '';
      response.setEncoding('utf8').on('data', (part: string) => (answer += part));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode = 0 } = response;
        const isJson = response.headers['content-type']?.includes('json') === true;
        if (statusCode >= 200 && statusCode < 300) resolve(isJson ? JSON.parse(answer) : answer);
        else reject(new Error(`${method} ${path}: ${statusCode} ${answer}`));
      });
    });
    request.on('timeout', () => request.destroy(new Error(`${method} ${path}: no answer in 30 s`)));
    request.on('error', reject);
    request.end(text);
  });
}
