// Before the first paint: the theme that was chosen here, else what the system says. A file, for the pages run none
// inline.
(() => {
  const root = document.documentElement;
  let chosen = null;
  try {
    chosen = localStorage.getItem('fairground.theme');
  } catch {
    // Without storage there is no choice.
  }
  const isDark =
    chosen === 'light' || chosen === 'dark'
      ? chosen === 'dark'
      : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = isDark ? 'dark' : 'light';
  root.dataset.mantineColorScheme = root.dataset.theme;
})();
