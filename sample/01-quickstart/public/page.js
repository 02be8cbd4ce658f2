import { showAccounts } from './accounts.js';
import { offerCalls } from './calls.js';
import { startClerk } from './clerk.js';
import { readSettings, untilClerkIsThere } from './settings.js';
import { offerOutage, offerRevocation } from './trouble.js';

const notice = document.querySelector('#notice');

/** Told to the reader; nothing, when there is nothing to tell. */
function say(words) {
  notice.textContent = words;
  notice.hidden = words === '';
}

offerCalls();
offerRevocation();

try {
  const settings = await readSettings();
  await offerOutage(settings);
  await untilClerkIsThere(settings, say);
  showAccounts(await startClerk(settings), settings);
  say('');
} catch (error) {
  say(error.message);
}
