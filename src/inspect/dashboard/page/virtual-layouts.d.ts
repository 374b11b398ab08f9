/** Made by scripts/bundle-page.mjs when the package is built. */
declare module 'virtual:layouts' {
  export const layouts: import('./model/layout.js').Layouts;
}
