/** What keeps a file from being read or written, in the user's language. Knows no editor. */
import { type FileProblem, isFileProblem } from '../../base/fileProblem.js';
import type { Translate } from '../translate.js';

/** The words of `problem`; where there is none, or none that is known, `reason` as it is. */
export function fileReasonText(problem: unknown, reason: string, t: Translate): string {
  return isFileProblem(problem) ? WRITERS[problem](t) : reason;
}

const WRITERS: Readonly<Record<FileProblem, (t: Translate) => string>> = {
  link: t => t('it is a symbolic link'),
  folder: t => t('it is a folder'),
  pipe: t => t('it is a named pipe'),
  socket: t => t('it is a socket'),
  device: t => t('it is a device'),
  'no-file': t => t('it is no file'),
  'no-folder': t => t('a part of its path is no folder'),
  'not-absolute': t => t('it is no absolute path'),
  'name-too-long': t => t('its name is too long'),
  missing: t => t('there is no such file'),
  gone: t => t('it was deleted or renamed'),
  denied: t => t('permission denied'),
  'read-only': t => t('the file system is read-only'),
  'disk-full': t => t('no space left on the disk'),
  'too-many-open': t => t('too many files are open'),
  'disk-fault': t => t('the disk reports a fault'),
};
