/** An idle kubelet v1.36.2 (Go 1.27, no pods but the system's), `strace -c -f`: what "normal" looks like. */
export const IDLE_KUBELET = {
  /** 815 of 8,354 calls. */
  futexShareOfCalls: 0.098,
  /** Share of the table's time column. */
  futexShareOfTime: 0.516,
  /** 199 errors, nearly all ETIMEDOUT, of 815. */
  timeoutShareOfFutex: 0.244,
} as const;
