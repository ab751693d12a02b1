/** JSON and YAML within texts, whole and cut. */
import { describe, expect, it } from 'vitest';
import { findJsonDocuments } from '../../../../src/material/text/jsonDocuments.js';
import { findYamlDocuments, parseYaml } from '../../../../src/material/text/yamlDocuments.js';

const json = (text: string) =>
  findJsonDocuments(text.replace(/^\n/u, '').split('\n')).map(({ value, line, isCut }) => ({
    line,
    value,
    ...(isCut ? { isCut } : {}),
  }));
const yaml = (text: string) => findYamlDocuments(text.replace(/^\n/u, '').split('\n'));

describe('JSON within a text', () => {
  it('is found between prompts, pretty or on one line', () => {
    expect(
      json(`
$ kubectl get node n1 -o json
{
    "kind": "Node",
    "note": "a } in a text"
}
$ curl -s localhost:10255/configz
{"kubeletconfig":{"kubeAPIQPS":5}}
done`),
    ).toEqual([
      { line: 2, value: { kind: 'Node', note: 'a } in a text' } },
      { line: 7, value: { kubeletconfig: { kubeAPIQPS: 5 } } },
    ]);
  });

  it('is closed where it was cut', () => {
    expect(json('{"kind":"Pod","spec":{"a":[1,2,{"b":"c"},{"d":"cut he')).toEqual([
      { line: 1, value: { kind: 'Pod', spec: { a: [1, 2, { b: 'c' }] } }, isCut: true },
    ]);
    expect(json('{\n  "kind": "Node",\n  "status": {\n    "x": 1,\n    ...\n  },\n  "y": 2\n}')).toEqual([
      { line: 1, value: { kind: 'Node', status: { x: 1 }, y: 2 }, isCut: true },
    ]);
  });

  it('is found where only a part was copied', () => {
    expect(
      json('            "conditions": [\n                { "type": "Ready" }\n            ],\nmore'),
    ).toEqual([{ line: 1, value: { conditions: [{ type: 'Ready' }] }, isCut: true }]);
  });

  it('is none of logs, Go values and braces', () => {
    expect(
      json(
        '{"ts":1,"msg":"x"}\n{Type:Ready Status:False}\n{\n  int x;\n}\n[root@n1 ~]# ls\n[123.45] text\n{ "cut',
      ),
    ).toEqual([]);
  });

  it('takes time in proportion to the text', () => {
    const found = json('{\n'.repeat(200_000));
    expect(found.length).toBeLessThan(2);
    expect(json(`{"kind":"x","a":${'['.repeat(300)}1`)).toEqual([
      { line: 1, value: { kind: 'x' }, isCut: true },
    ]);
  });
});

describe('YAML within a text', () => {
  it('is found as kubectl prints it', () => {
    const [found] = yaml(`
$ kubectl get node -o yaml
apiVersion: v1
kind: Node
status:
  conditions:
  - lastHeartbeatTime: "2021-01-02T03:04:05Z"
    message: 'container runtime is down: pleg was last seen
      active 3m ago; it''s late'
    status: "False"
    type: Ready
  - type: DiskPressure
    status: "True"
  capacity:
    cpu: "8"
    pods: 110
  images: []
Thanks!`);
    expect(found?.line).toBe(2);
    expect(JSON.parse(JSON.stringify(found?.value))).toEqual({
      apiVersion: 'v1',
      kind: 'Node',
      status: {
        conditions: [
          {
            lastHeartbeatTime: '2021-01-02T03:04:05Z',
            message: "container runtime is down: pleg was last seen active 3m ago; it's late",
            status: 'False',
            type: 'Ready',
          },
          { type: 'DiskPressure', status: 'True' },
        ],
        capacity: { cpu: '8', pods: 110 },
        images: [],
      },
    });
  });

  it('reads texts in blocks, and lists in lists', () => {
    expect(
      JSON.parse(
        JSON.stringify(
          parseYaml('data:\n  kubelet: |\n    a: 1\n    b:\n      c: x\nlist:\n- - 1\n  - 2\n-\n  d: true'),
        ),
      ),
    ).toEqual({ data: { kubelet: 'a: 1\nb:\n  c: x' }, list: [[1, 2], { d: true }] });
  });

  it('survives what is no YAML', () => {
    expect(yaml('status: it is fine\n')).toEqual([]);
    expect(
      yaml(
        `kind: x\n${Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}- a${depth}:`).join('\n')}`,
      ),
    ).toHaveLength(1);
    expect(parseYaml('__proto__:\n  x: 1')).toMatchObject({});
    expect(yaml('kind: x\n\t- odd\n  : :\n- - -\n   deeper\n')).toHaveLength(1);
  });
});

describe('YAML with what ends a line elsewhere', () => {
  it.each(['kind: a\u2028b\nmetadata:\n  name: x', 'status: \u2029'])('ends: %j', text => {
    const found = yaml(text);
    expect(found.length).toBeLessThanOrEqual(1);
  });

  it('keeps the value', () => {
    expect(yaml('kind: a\u2028b\nmetadata:\n  name: x')[0]?.value).toEqual({
      kind: 'a\u2028b',
      metadata: { name: 'x' },
    });
  });
});
