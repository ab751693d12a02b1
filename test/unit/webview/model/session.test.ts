import { describe, expect, it } from 'vitest';
import { buildCallTree } from '../../../../src/profile/callTree.js';
import type { Profile } from '../../../../src/profile/model.js';
import { summarizeProfile } from '../../../../src/profile/summary.js';
import type { ProfilePayload } from '../../../../src/protocol/messages.js';
import { PageSession } from '../../../../webview/model/pageSession.js';
import { defaultViewState, readViewState, type ViewState } from '../../../../webview/model/viewState.js';
import { boxOf, formatRows, textOf } from '../../../support/flameSubject.js';
import { profileFromStacks } from '../../../support/profileFromStacks.js';

const boot = { words: {}, orientation: 'icicle' } as const;

function payloadOf(profile: Profile): ProfilePayload {
  const { strings, functions } = profile;
  return {
    name: 'cpu.pb.gz',
    summary: summarizeProfile(profile),
    tables: { strings, functions, tree: buildCallTree(profile) },
    capture: undefined,
  };
}

/** A session and the state it keeps, as the editor would. */
function open(profile: Profile, kept?: unknown): { session: PageSession; kept: () => unknown } {
  let state: ViewState = readViewState(kept, boot);
  const session = new PageSession(payloadOf(profile), state, changed => (state = changed));
  // Through JSON, as setState goes.
  return { session, kept: () => JSON.parse(JSON.stringify(state)) as unknown };
}

const drawing = `
  main   main   gc
  read   write
  wait          `;
const first = profileFromStacks(drawing, { weights: [5, 3, 2] });

describe('PageSession', () => {
  it('comes back to what it was: zoom, selection, search, group of values', () => {
    const { session, kept } = open(first);
    session.setZoom(boxOf(session.subject, 'read'));
    session.selectBox({ subject: session.subject, box: boxOf(session.subject, 'wait') });
    session.setSearch('wri');
    const again = open(first, kept()).session;
    expect(textOf(again.subject, again.zoom)).toBe('read');
    expect(textOf(again.subject, again.selected!.box)).toBe('wait');
    expect(again.search.matched?.count).toBe(1);
  });

  it('finds its places in a profile that grew, whatever the indexes are there', () => {
    const { session, kept } = open(first);
    session.setZoom(boxOf(session.subject, 'read'));
    session.selectBox({ subject: session.subject, box: boxOf(session.subject, 'write') });
    const grown = profileFromStacks(
      `
      new    other  main   main   gc
      stack         write  read
                           wait      `,
      { weights: [90, 4, 7, 6, 2] },
    );
    const again = open(grown, kept()).session;
    expect(again.zoom).not.toBe(session.zoom);
    expect(textOf(again.subject, again.zoom)).toBe('read');
    expect(textOf(again.subject, again.selected!.box)).toBe('write');
  });

  it('falls back to the whole where the stack is gone', () => {
    const { session, kept } = open(first);
    session.setZoom(boxOf(session.subject, 'wait'));
    session.selectBox({ subject: session.subject, box: boxOf(session.subject, 'wait') });
    const again = open(profileFromStacks('main  idle'), kept()).session;
    expect(again.zoom).toBe(0);
    expect(again.selected).toBeUndefined();
  });

  it('keeps a sample type by its name, not its place', () => {
    const types = [
      { type: 'alloc', unit: 'bytes' },
      { type: 'inuse', unit: 'bytes' },
    ];
    const two = profileFromStacks('a  b', {
      weights: [
        [1, 2],
        [3, 4],
      ],
      sampleTypes: types,
    });
    const turned = profileFromStacks('a  b', {
      weights: [
        [3, 4],
        [1, 2],
      ],
      sampleTypes: types.toReversed(),
    });
    const { session, kept } = open(two);
    expect(session.type).toBe(1);
    session.update({ sampleType: 'alloc/bytes' });
    expect(session.type).toBe(0);
    expect(open(turned, kept()).session.type).toBe(1);
    expect(open(first, kept()).session.type).toBe(0);
  });

  it('remembers a function selected in the table, and forgets it for a box', () => {
    const { session, kept } = open(first);
    session.selectFunction(session.findName('main')!);
    expect(open(first, kept()).session.selectedName).toBe(session.findName('main'));
    session.selectBox({ subject: session.subject, box: boxOf(session.subject, 'gc') });
    expect(session.selectedName).toBe(session.findName('gc'));
    expect(session.state.selectedFunction).toBeUndefined();
  });

  it('turns stacks around and back, with the function that was selected', () => {
    const { session, kept } = open(first);
    session.setZoom(boxOf(session.subject, 'read'));
    session.selectBox({ subject: session.subject, box: boxOf(session.subject, 'wait') });
    session.turnAround();
    expect(formatRows(session.subject)).toEqual([
      'all 0.00-1.00',
      'wait 0.00-0.50  write 0.50-0.80  gc 0.80-1.00',
      'read 0.00-0.50  main 0.50-0.80',
      'main 0.00-0.50',
    ]);
    expect([session.zoom, session.selectedName]).toEqual([0, session.findName('wait')]);
    session.setZoom(boxOf(session.subject, 'read'));
    const again = open(first, kept()).session;
    expect(textOf(again.subject, again.zoom)).toBe('read');
    expect(again.subject.isBottomUp).toBe(true);
    again.turnAround();
    expect(formatRows(again.subject)[1]).toBe('main 0.00-0.80  gc 0.80-1.00');
    expect(again.selectedName).toBe(again.findName('wait'));
  });

  it('goes back from a sandwich to the graph behind it', () => {
    const { session, kept } = open(first);
    session.turnAround();
    session.showSandwich(session.findName('read'));
    const again = open(first, kept()).session;
    expect(again.sandwich).toBe(again.findName('read'));
    expect(again.subject.isBottomUp).toBe(true);
    again.showSandwich(undefined);
    expect([again.sandwich, again.state.view]).toEqual([undefined, { kind: 'stacks', start: 'leaves' }]);
  });

  it('does not keep a path of thousands of names', () => {
    const deep = profileFromStacks(Array.from({ length: 3000 }, (_, depth) => `f${depth}`).join('\n'));
    const { session } = open(deep);
    session.setZoom(boxOf(session.subject, 'f2999'));
    expect(session.state.zoom).toEqual([]);
    session.setZoom(boxOf(session.subject, 'f999'));
    expect(session.state.zoom).toHaveLength(1000);
  });

  it('walks matches row by row, around the end, from where the selection is', () => {
    const { session } = open(
      profileFromStacks(
        `
        a      hit1
        hit2   b
        c      hit3`,
        { weights: [3, 2] },
      ),
    );
    session.setSearch('hit');
    const { search, subject } = session;
    const at = (from: string | undefined, step: 1 | -1): string => {
      const place = search.step(subject, from === undefined ? undefined : boxOf(subject, from), step)!;
      return textOf(subject, search.boxes(subject)[place]!);
    };
    expect([at(undefined, 1), at('hit1', 1), at('hit2', 1), at('hit3', 1)]).toEqual([
      'hit1',
      'hit2',
      'hit3',
      'hit1',
    ]);
    expect([at(undefined, -1), at('hit3', -1), at('hit1', -1)]).toEqual(['hit3', 'hit2', 'hit3']);
    expect(at('b', 1)).toBe('hit3');
    session.setSearch('none');
    expect(session.search.step(subject, undefined, 1)).toBeUndefined();
  });
});

describe('readViewState', () => {
  it('takes the default for each field that is not what it should be', () => {
    const defaults = defaultViewState(boot);
    for (const kept of [undefined, null, 3, 'x', [], {}, { version: 2 }])
      expect(readViewState(kept, boot)).toEqual(defaults);
    const odd = {
      version: 1,
      sampleType: 5,
      orientation: 'sideways',
      search: null,
      tableShare: 7,
      sort: { column: 'size' },
      zoom: ['a', 1],
      selected: 'main',
    };
    expect(readViewState(odd, boot)).toEqual(defaults);
    for (const view of [
      'sandwich',
      { kind: 'stacks', start: 'middle' },
      { kind: 'sandwich', of: 5, behind: 'root' },
    ])
      expect(readViewState({ ...odd, view }, boot).view).toEqual(defaults.view);
  });

  it('takes what is right', () => {
    const kept: ViewState = {
      version: 1,
      sampleType: 'cpu/nanoseconds',
      orientation: 'flame',
      view: { kind: 'sandwich', of: 'g', behind: 'leaves' },
      search: 'read',
      filterTable: false,
      tableShown: false,
      tableShare: 0.5,
      sort: { column: 'name', descending: false },
      zoom: ['a', 'b'],
      selected: ['a'],
      selectedFunction: 'f',
    };
    expect(readViewState(JSON.parse(JSON.stringify(kept)), boot)).toEqual(kept);
  });
});
