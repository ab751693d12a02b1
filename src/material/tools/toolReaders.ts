/** Readers of what tools of the node and files of /proc and /sys print. */
import type { TextReader } from '../model.js';
import { bccProfileReader } from './bccProfile.js';
import { cgroupFilesReader } from './cgroupFiles.js';
import { cgroupTopReader } from './cgroupTop.js';
import { countedCommandsReader } from './countedCommands.js';
import { countedTablesReader } from './countedTables.js';
import { diskstatsReader } from './diskstats.js';
import { iostatReader } from './iostat.js';
import { iotopReader } from './iotop.js';
import { kernelFunctionsReader } from './kernelFunctions.js';
import { kernelTablesReader } from './kernelTables.js';
import { memoryFilesReader } from './memoryFiles.js';
import { mountChangesReader } from './mountChanges.js';
import { nodeCpuReader } from './nodeCpu.js';
import { perfTablesReader } from './perfTables.js';
import { pidstatReader } from './pidstat.js';
import { pprofTopReader } from './pprofTop.js';
import { pressureFilesReader } from './pressureFiles.js';
import { processFilesReader } from './processFiles.js';
import { processTablesReader } from './processTables.js';
import { serviceStatusReader } from './serviceStatus.js';
import { startedCommandsReader } from './startedCommands.js';
import { timedCommandsReader } from './timedCommands.js';
import { vmstatReader } from './vmstat.js';

export const TOOL_READERS: readonly TextReader[] = [
  timedCommandsReader,
  processTablesReader,
  processFilesReader,
  pidstatReader,
  iotopReader,
  cgroupTopReader,
  serviceStatusReader,
  nodeCpuReader,
  vmstatReader,
  iostatReader,
  diskstatsReader,
  memoryFilesReader,
  pressureFilesReader,
  cgroupFilesReader,
  kernelTablesReader,
  kernelFunctionsReader,
  perfTablesReader,
  pprofTopReader,
  bccProfileReader,
  countedCommandsReader,
  countedTablesReader,
  mountChangesReader,
  startedCommandsReader,
];
