import { readdirSync } from 'node:fs';
import { defineConfig } from 'vitepress';
import llmstxt from 'vitepress-plugin-llms';

interface Entry {
  text: string;
  link: string;
}

/** Guide, doors, reference, internals: the folders that the pages would be in, were their addresses not API. */
const MENU: { text: string; items: Entry[] }[] = [
  {
    text: 'Guide',
    items: [
      { text: 'Start', link: '/guide/start' },
      { text: 'Protect routes', link: '/guide/protect' },
      { text: 'How a session is proved', link: '/guide/sessions' },
      { text: 'Organizations, roles, plans', link: '/guide/organizations' },
      { text: 'Machines', link: '/guide/machines' },
      { text: 'The session in any provider', link: '/session-context' },
      { text: 'Testing', link: '/testing' },
      { text: 'When Clerk is down', link: '/guide/outages' },
      { text: 'Going to production', link: '/guide/deployment' },
      { text: 'Migrate', link: '/migrate' },
      { text: 'Troubleshooting', link: '/troubleshooting' },
    ],
  },
  {
    text: 'Doors',
    items: [
      { text: 'GraphQL, sockets, streams, messages', link: '/transports' },
      { text: 'Pages', link: '/pages' },
      { text: 'Webhooks', link: '/webhooks' },
      { text: 'Many machines', link: '/many-machines' },
      { text: 'Users, and Clerk’s client', link: '/users' },
      { text: 'Swagger', link: '/swagger' },
      { text: 'Health', link: '/health' },
      { text: 'Throttler', link: '/throttler' },
      { text: 'Logs, traces, metrics', link: '/observability' },
    ],
  },
  {
    text: 'Reference',
    items: [
      { text: 'Options', link: '/guide/options' },
      { text: 'Errors, code by code', link: '/errors' },
      { text: 'API', link: '/api/' },
    ],
  },
  {
    text: 'Internals',
    items: [
      { text: 'Architecture', link: '/architecture' },
      { text: 'Clerk’s protocol', link: '/protocol' },
      { text: 'In a browser', link: '/browser' },
      { text: 'Performance', link: '/performance' },
      { text: 'Mutation testing', link: '/mutation' },
      { text: 'Dependencies', link: '/dependencies' },
    ],
  },
];

/** A page that nobody finds, or an entry that leads nowhere, fails the build. */
function whole(menu: typeof MENU): typeof MENU {
  const pages = readdirSync(new URL('../../docs', import.meta.url), {
    recursive: true,
    encoding: 'utf8',
  })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `/${name.replaceAll('\\', '/').replace(/\.md$/, '')}`);
  const links = menu.flatMap(({ items }) => items.map(({ link }) => link));
  const lost = pages.filter((page) => !links.includes(page));
  const dead = links.filter((link) => link !== '/api/' && !pages.includes(link));
  const problems = [
    ...lost.map((page) => `${page} is in no group`),
    ...dead.map((link) => `there is no page ${link}`),
  ];
  if (problems.length === 0) return menu;
  throw new Error(`The menu of the site: ${problems.join('; ')}.`);
}

export default defineConfig({
  title: 'nestjs-clerk-auth',
  description: 'Clerk sessions, at home in NestJS.',
  srcDir: '.pages',
  cleanUrls: true,
  lastUpdated: false,
  // Those that a reader's own machine answers.
  ignoreDeadLinks: [/^http:\/\/localhost/],
  // What a template engine would read as its own is text here.
  markdown: {
    config: (md) => {
      const text =
        md.renderer.rules.text ?? ((tokens, at) => md.utils.escapeHtml(tokens[at].content));
      md.renderer.rules.text = (...all) => text(...all).replaceAll('{{', '&#123;&#123;');
      const code = md.renderer.rules.code_inline!;
      md.renderer.rules.code_inline = (...all) => code(...all).replace(/^<code/, '<code v-pre');
    },
  },
  vite: { plugins: [llmstxt({ ignoreFiles: ['api/**'] })] },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Guide', link: '/guide/start' },
      { text: 'Errors', link: '/errors' },
      { text: 'API', link: '/api/' },
    ],
    sidebar: whole(MENU),
    footer: { message: 'MIT. Not affiliated with Clerk.' },
  },
});
