/** Logs of system calls as evidence: by strace or by the kernel's own tracing, counted and judged alike. */
import { parseEvents } from '../ktrace/parseEvents.js';
import { requireCalls } from '../ktrace/requireCalls.js';
import { buildCallTable } from '../strace/callTable.js';
import { analyseFutex } from '../strace/futex.js';
import { judgeStrace } from '../strace/goVerdict.js';
import { parseLog } from '../strace/parseLog.js';
import type { EvidenceStep, KernelTraceEvidence, StraceEvidence } from './model.js';

/** Tolerant: a log from elsewhere is read as far as it goes. Cost: some µs a line. */
export function readStrace(text: string, onStep?: (step: EvidenceStep) => void): StraceEvidence {
  onStep?.('parsing');
  const log = parseLog(text);
  onStep?.('counting');
  const futex = analyseFutex(log.calls);
  return {
    kind: 'calls',
    engine: 'strace',
    log,
    futex,
    table: buildCallTable(log),
    verdict: judgeStrace(log, futex),
  };
}

/** @throws TriageError `format-other-tool` for a trace without system calls that another tool made */
export function readKernelTrace(text: string, onStep?: (step: EvidenceStep) => void): KernelTraceEvidence {
  onStep?.('parsing');
  const log = parseEvents(text);
  requireCalls(text, log);
  onStep?.('counting');
  const futex = analyseFutex(log.calls);
  const { calls, spanSeconds } = log;
  return {
    kind: 'calls',
    engine: 'kernel',
    log,
    futex,
    table: buildCallTable({ calls, tables: [] }),
    verdict: judgeStrace({ calls, spanSeconds, tables: [] }, futex),
  };
}
