/** The look of the page: as the system has it, light or dark. */

const THEMES = ['auto', 'light', 'dark'];
const KEY = 'wixt-theme';

/** Makes `button` change the look, and restores the one that was chosen last. The event "theme" notifies drawings with their own colours. */
export function startTheme(button) {
  let theme = localStorage.getItem(KEY);
  const set = (next) => {
    theme = THEMES.includes(next) ? next : 'auto';
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    localStorage.setItem(KEY, theme);
    button.textContent = { auto: '◐', light: '☀', dark: '☾' }[theme];
    button.setAttribute('aria-label', `Colours: ${theme}`);
    button.title = `Colours: ${theme}`;
    document.dispatchEvent(new Event('theme'));
  };
  set(theme);
  button.addEventListener('click', () => set(THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => document.dispatchEvent(new Event('theme')));
}
