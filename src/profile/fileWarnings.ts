/**
 * What is odd about a profile's file and does no harm to its picture, in English; the views translate it. Counts stand
 * behind a colon: no number needs another form of a word.
 */
export const PROFILE_WARNING_TEXTS = {
  negativeDuration: 'The duration is negative; it is shown as unknown.',
  timeStampAsDuration:
    'The duration says {0} years: it is a time stamp, or damaged. It is shown as unknown, and cores cannot be told.',
  cutDuration:
    'The text has its duration cut to four characters, "{0}": it is {1} to {2} s, and the middle is shown.',
  unitOfDuration:
    'The text has its duration cut to four characters, "{0}", without its unit: it is {1} to {2} s, as a shorter one would take more than {3} cores. The middle is shown.',
  unknownDuration:
    'The duration "{0}" has no unit, as the text has it cut to four characters: it is shown as unknown, and cores cannot be told.',
  inexactValues:
    'Values or sums of {0} are beyond 2^53: each is rounded to some 16 digits, by less than one part in 10^15.',
  defaultTypeMissing: 'The default sample type "{0}" is none of the sample types; the last one is shown.',
  runtimeFramesMissing:
    'Frames of the runtime whose names this text does not have, as Go leaves them out of it: {0}. They are not shown.',
  goroutineStacks: 'Goroutines: {0}; different stacks: {1}.',
  goroutineLeak:
    'Most goroutines have one stack, {0} of {1}, which looks like a leak: they are at {2}, started as {3}.',
  goroutineStates: 'Goroutines by state: {0}.',
  goroutineLock: 'Goroutines that wait for the same lock ({0}): {1}.',
  longestWait: 'Longest wait of a goroutine, in minutes: {0} ({1}).',
  framesElided: 'Frames that Go itself left out of deep stacks: {0} or more.',
  framesDropped:
    'Frames left out, as the profile itself says (drop_frames): {0}; samples that had them: {1}.',
  framesNotDropped:
    'The profile says which frames to leave out by a pattern that cannot be used ({0}): all are shown.',
  functionZero:
    'A function has the reserved id 0, which means none: lines without a function are shown as {0}.',
  mappingsMissing: 'Mappings that locations name and the file does not have: {0}.',
  linesWithoutCount: 'Lines left out, as they have no count at the end: {0} (the first: line {1}: {2}).',
  linesUnknown: 'Lines left out, as they are no part of the format: {0} (the first: line {1}: {2}).',
  recordsLeftOut: 'Records of processes, which are no samples: {0} (the first: line {1}: {2}).',
  entriesLeftOut: 'Entries left out, as they are no stacks with a number: {0} (the first: line {1}: {2}).',
  severalMaps: 'Maps of stacks in the file: {0} ({1}); each is a sample type of its own.',
  samplesLost: 'Samples that perf itself lost: {0}. The numbers are lower bounds.',
  fieldsLeftOut: 'Fields of the samples that are no part of a stack and are not shown: {0}.',
  periodShown: 'Shown first: {0}, the periods of {1} that the samples stand for; their number is {2}.',
  listsCutOff: 'The text ends before its list of mappings: it may be cut off.',
  severalEvents: 'Kinds of event in the file: {0} ({1}); each is a sample type of its own.',
} as const;
