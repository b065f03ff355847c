// Follows the device where the reader chose no theme; runs before the first paint, so nothing flashes.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    if (root.dataset.theme === "auto") root.dataset.bsTheme = dark.matches ? "dark" : "light";
  };
  root.dataset.scripted = "";
  follow();
  dark.addEventListener("change", follow);
  addEventListener("pmo:theme", follow);
})();
