/** esbuild's `text` loader: an icon as its source. */
declare module '*.svg' {
  const text: string;
  export default text;
}
