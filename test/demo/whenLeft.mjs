// @ts-check
/**
 * `npm start` runs its script below a shell, and SIGTERM to npm ends the shell alone: who was started learns of it only
 * by having another parent.
 */
const LOOK_MS = 500;

/**
 * Resolves when the process that started this one is gone. Does not keep this process alive.
 * @returns {Promise<'left'>}
 */
export function whenLeft() {
  const parent = process.ppid;
  return new Promise(resolve => {
    const looking = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(looking);
      resolve('left');
    }, LOOK_MS);
    looking.unref();
  });
}
