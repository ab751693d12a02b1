/**
 * What is odd about a profile's file and does no harm to its picture, in English; the views translate it. Counts stand
 * behind a colon: no number needs another form of a word.
 */
export const PROFILE_WARNING_TEXTS = {
  negativeDuration: 'The duration is negative; it is shown as unknown.',
  defaultTypeMissing: 'The default sample type "{0}" is none of the sample types; the last one is shown.',
  functionZero: 'A function has the reserved id 0; frames that name it are shown as {0}.',
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
