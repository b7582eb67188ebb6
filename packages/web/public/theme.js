// Before the first paint: the theme that was chosen here, else what the system says. A file, for the pages run none inline.
(function () {
  var chosen;
  try {
    chosen = localStorage.getItem('fairground.theme');
  } catch (error) {
    chosen = null;
  }
  var known = chosen === 'light' || chosen === 'dark';
  var dark = known ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  var root = document.documentElement;
  root.dataset.theme = root.dataset.mantineColorScheme = dark ? 'dark' : 'light';
})();
