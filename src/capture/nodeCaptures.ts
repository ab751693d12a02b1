/**
 * What is taken of a node through the API alone: profiles, and a triage. A bundle of its own, so that activation does not
 * pay for what the first capture needs.
 */
export { captureProfile } from './captureProfile.js';
export { captureTriage } from './captureTriage.js';
