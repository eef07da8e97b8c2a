import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';

const docs = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const root = resolve(docs, '..');
const { repository, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const forge = (repository?.url ?? repository ?? '').replace(/^git\+/, '').replace(/\.git$/, '');

/** Title of a page: its first heading. */
const title = (page: string): string => /^# (.+)$/m.exec(readFileSync(join(docs, page), 'utf8'))![1]!.replace(/`/g, '');
const item = (page: string) => ({ text: title(page), link: '/' + page.replace(/README\.md$/, '').replace(/\.md$/, '') });
const folder = (name: string, first: string[] = []) => {
  const pages = readdirSync(join(docs, name)).filter((file) => file.endsWith('.md') && file !== 'README.md');
  return [...first, ...pages.filter((page) => !first.includes(page)).sort()].map((page) => item(`${name}/${page}`));
};

/** Links to files of the repository outside of docs/ lead to the forge; one that leads nowhere fails the build. */
function linkRepository(md: any): void {
  const open = md.renderer.rules.link_open ?? ((tokens: any, i: number, options: any, _env: any, self: any) => self.renderToken(tokens, i, options));
  md.core.ruler.push('repository', (state: any) => {
    const page = join(docs, state.env.relativePath ?? '');
    for (const token of state.tokens.flatMap((one: any) => one.children ?? []))
      if (token.type === 'link_open') {
        const href: string = token.attrGet('href');
        if (/^(\w+:|#|\/)/.test(href)) continue;
        const [path, hash] = href.split('#');
        const original = state.env.realPath ?? page;
        const file = resolve(dirname(original), decodeURIComponent(path!));
        if (!relative(docs, file).startsWith('..')) continue;
        if (!existsSync(file)) throw new Error(`${relative(root, original)}: there is no ${relative(root, file)}`);
        token.attrSet('href', `${forge || 'https://example.org'}/blob/main/${relative(root, file)}${hash ? '#' + hash : ''}`);
      }
  });
  md.renderer.rules.link_open = open;
}

export default defineConfig({
  title: 'wixt',
  description: 'OMA Lightweight M2M for JavaScript microcontrollers',
  lang: 'en',
  base: process.env.DOCS_BASE ?? '/',
  rewrites: (id: string) => id.replace(/README\.md$/, 'index.md'),
  srcExclude: ['**/node_modules/**'],
  cleanUrls: true,
  lastUpdated: false,
  markdown: { config: linkRepository, theme: { light: 'github-light', dark: 'github-dark' } },
  vite: { build: { chunkSizeWarningLimit: 4096 } },
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        // Pages before the API, which has the same words many times; short words as they are: "block" is not "clock".
        miniSearch: { searchOptions: { boostDocument: (id: string) => (id.includes('/reference/api/') ? 0.2 : 1), fuzzy: (term: string) => (term.length > 6 ? 0.2 : false) } },
      },
    },
    outline: [2, 3],
    nav: [
      { text: 'Tutorial', link: '/tutorial' },
      { text: 'Boards', link: '/boards/' },
      { text: 'How-to', link: '/how-to/' },
      { text: 'Reference', link: '/reference/' },
      { text: 'Explanation', link: '/explanation/' },
      { text: version, link: `${forge || 'https://example.org'}/blob/main/CHANGELOG.md` },
    ],
    sidebar: [
      { text: 'Start', items: [item('tutorial.md'), item('troubleshooting.md')] },
      { text: 'Boards', collapsed: false, link: '/boards/', items: folder('boards', ['esp8266.md', 'esp8266-4mb.md', 'esp32.md', 'espruino-wifi.md', 'pico.md', 'pico-w.md', 'rak8212.md']) },
      { text: 'How-to', collapsed: false, link: '/how-to/', items: folder('how-to') },
      { text: 'Reference', collapsed: false, link: '/reference/', items: [...folder('reference', ['command-line.md', 'board-file.md', 'rest.md', 'objects.md']), { text: 'API', link: '/reference/api/' }] },
      { text: 'Explanation', collapsed: false, link: '/explanation/', items: folder('explanation', ['architecture.md']) },
    ],
    ...(forge && { socialLinks: [{ icon: 'github', link: forge }] }),
  },
});
