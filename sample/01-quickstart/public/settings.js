const SECOND = 1000;
const GOES_ON = 'The buttons and the curl lines in the terminal work without it.';

/** What the server says about Clerk's front end. */
export async function readSettings() {
  const response = await fetch('/page/settings');
  return response.json();
}

/** Resolves when Clerk's front end can be loaded. Throws, in words for the reader, when it never will be. */
export async function untilClerkIsThere(settings, say) {
  if (settings.kind === 'no-key') {
    throw new Error(
      `Put CLERK_PUBLISHABLE_KEY=… into .env.local, and Clerk’s sign-in form appears here. ${GOES_ON}`,
    );
  }
  if (settings.kind === 'local-clerk') await untilFetched(settings, say);
}

async function untilFetched({ bundles }, say) {
  if (bundles.kind === 'missing') {
    throw new Error(
      `Clerk’s sign-in form is not here: ${bundles.reason} It is fetched once, at the first start with a network. ${GOES_ON}`,
    );
  }
  if (bundles.kind === 'ready') return;
  say('Fetching Clerk’s sign-in form from the npm registry. This happens once …');
  await new Promise((resolve) => setTimeout(resolve, SECOND));
  await untilFetched(await readSettings(), say);
}
