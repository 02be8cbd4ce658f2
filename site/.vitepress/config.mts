import { existsSync } from 'node:fs';
import { defineConfig } from 'vitepress';
import llmstxt from 'vitepress-plugin-llms';

/** A door's page is in the menu once there is one. */
const page = (text: string, link: string) =>
  existsSync(new URL(`../.pages${link}.md`, import.meta.url)) ? [{ text, link }] : [];

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
    sidebar: [
      {
        text: 'Guide',
        items: [
          ...page('Start', '/guide/start'),
          ...page('Protect routes', '/guide/protect'),
          ...page('How a session is proved', '/guide/sessions'),
          ...page('Organizations, roles, plans', '/guide/organizations'),
          ...page('Machines', '/guide/machines'),
          ...page('Options', '/guide/options'),
          ...page('Testing', '/testing'),
          ...page('When Clerk is down', '/guide/outages'),
          ...page('Going to production', '/guide/deployment'),
          ...page('Migrate', '/migrate'),
          ...page('Troubleshooting', '/troubleshooting'),
          ...page('Errors, code by code', '/errors'),
        ],
      },
      {
        text: 'Beyond a route',
        items: [
          ...page('GraphQL, sockets, streams, messages', '/transports'),
          ...page('Pages', '/pages'),
          ...page('Webhooks', '/webhooks'),
          ...page('Many machines', '/many-machines'),
          ...page('Users', '/users'),
          ...page('The session in any provider', '/session-context'),
        ],
      },
      {
        text: 'With other packages',
        items: [
          ...page('Swagger', '/swagger'),
          ...page('Health', '/health'),
          ...page('Throttler', '/throttler'),
          ...page('Logs, traces, metrics', '/observability'),
        ],
      },
      {
        text: 'Inside',
        items: [
          ...page('Architecture', '/architecture'),
          ...page('Clerk’s protocol', '/protocol'),
          ...page('In a browser', '/browser'),
          ...page('Performance', '/performance'),
          ...page('Mutation testing', '/mutation'),
          ...page('Dependencies', '/dependencies'),
        ],
      },
      { text: 'API', link: '/api/' },
    ],
    footer: { message: 'MIT. Not affiliated with Clerk.' },
  },
});
