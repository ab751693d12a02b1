/** What others see of this room: a bundle written, a bundle read. A bundle of its own, so that no activation pays for zips. */
export { importBundle, type BundleSource, type OnBundleProgress } from './importBundle.js';
export { writeBundle, type WrittenBundle } from './writeBundle.js';
